package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The expected values are the output of Iguana's own parser, which was compiled and run with each text.
func TestParseConf(t *testing.T) {
	const pair = "rpcuser=a\nrpcpassword=b\n"
	for name, test := range map[string]struct{ text, userpass, serverport string }{
		"plain":                      {pair + "rpcport=8923\n", "a:b", "127.0.0.1:8923"},
		"blanks within values":       {" rpcuser = a x \r\nrpcpassword\t=\tbc\r\n", "ax:bc", ""},
		"comment after the port":     {pair + "rpcport=8923 # BEER\n", "a:b", "127.0.0.1:8923#BEER"},
		"comment after the user":     {"rpcuser=a # note\nrpcpassword=b\n", "a#note:b", ""},
		"comment not in column 0":    {pair + "  #rpcuser=old\n", "old:b", ""},
		"comment in column 0":        {pair + "#rpcuser=old\n", "a:b", ""},
		"equals signs in the value":  {"rpcuser=a\nrpcpassword=b==c=\n", "a:b==c=", ""},
		"quotes":                     {"rpcuser=\"a\"\nrpcpassword=\"bc\"\n", `"a":"bc"`, ""},
		"the last of two":            {pair + "rpcuser=c\n", "c:b", ""},
		"an empty value":             {"rpcuser=\nrpcpassword=b\n", "<nullstr>:b", ""},
		"one of the pair":            {"rpcuser=a\nrpcport=1\n", "", "127.0.0.1:1"},
		"no port":                    {pair, "a:b", ""},
		"sections":                   {"[main]\n" + pair + "main.rpcport=5\n", "a:b", "127.0.0.1:5"},
		"a longer key":               {pair + "rpcuserextra=zz\n", "zz:b", ""},
		"a password like a key":      {"rpcuser=a\nrpcpassword=xrpcuser=y\n", "", ""},
		"a password with a port key": {"rpcuser=a\nrpcpassword=rpcport\n", "a:rpcport", ""},
		"no equals sign":             {"rpcpassword=b\nrpcuser a\n", "", ""},
		"no equals sign, again":      {pair + "rpcuser a\n", "", ""},
		"no newline at the end":      {"rpcuser=a\nrpcpassword=b", "a:b", ""},
		"a backspace":                {"rpcuser=a\b\nrpcpassword=b\n", "a:b", ""},
		"nothing":                    {"", "", ""},
		"unknown keys":               {"rpcauth=x\nrpccookiefile=y\nrpcbind=z\n", "", ""},
		"a line longer than the buffer": {
			pair + "x=" + strings.Repeat("y", 1021) + "rpcport=7\n", "a:b", "127.0.0.1:7",
		},
		"a key across the buffer's end": {
			pair + "x=" + strings.Repeat("y", 1018) + "rpcport=7\n", "a:b", "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := parseConf(test.text)
			if got.userpass != test.userpass || got.serverport != test.serverport {
				t.Errorf("got %q and %q, want %q and %q", got.userpass, got.serverport, test.userpass, test.serverport)
			}
		})
	}
}

func TestReadConfStartsAtTheRoot(t *testing.T) {
	directory := t.TempDir()
	if err := os.WriteFile(filepath.Join(directory, "X.conf"), []byte("rpcport=1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{strings.TrimPrefix(directory, "/"), directory} {
		if got := readConf(path, "X.conf").serverport; got != "127.0.0.1:1" {
			t.Errorf("%s: got %q", path, got)
		}
	}
	for _, missing := range [][2]string{{"", "X.conf"}, {directory, ""}, {directory, "Y.conf"}} {
		if got := readConf(missing[0], missing[1]); got != (confResult{}) {
			t.Errorf("%v: got %v", missing, got)
		}
	}
}
