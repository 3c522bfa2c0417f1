package main

import (
	"encoding/base64"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestWhichAddressACoinIsCalledAt(t *testing.T) {
	directory := t.TempDir()
	text := "rpcuser=u\nrpcpassword=p\nrpcport=8923\n"
	if err := os.WriteFile(filepath.Join(directory, "X.conf"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	file := func(fields arguments) arguments {
		fields["path"], fields["conf"] = directory, "X.conf"
		return fields
	}
	for name, test := range map[string]struct {
		args                 arguments
		serverport, userpass string
	}{
		"the conf's port":      {file(arguments{"rpc": 1.0}), "127.0.0.1:8923", "u:p"},
		"rpchost, userpass":    {file(arguments{"rpchost": "h:2", "userpass": "x:y"}), "h:2", "x:y"},
		"rpcport before rpc":   {arguments{"rpcport": 3.0, "rpc": 4.0}, "127.0.0.1:3", ""},
		"rpc":                  {arguments{"rpc": 4.0, "p2p": 9.0}, "127.0.0.1:4", ""},
		"one below p2p":        {arguments{"p2p": 9.0}, "127.0.0.1:8", ""},
		"nothing whatsoever":   {arguments{}, "127.0.0.1:0", ""},
		"a number in a string": {arguments{"rpc": "4"}, "127.0.0.1:4", ""},
	} {
		c := newCoin("X", test.args)
		if c.serverport != test.serverport || c.userpass != test.userpass {
			t.Errorf("%s: got %q, %q", name, c.serverport, c.userpass)
		}
	}
}

func TestAddcoin(t *testing.T) {
	n := newNode(&elected{}, func(int) {})
	for _, test := range [][2]string{
		{"BEER", `{"result":"coin added"}`},
		{"BEER", `{"result":"coin already there"}`},
		{"FIFTEEN_LETTERS", `{"result":"coin added"}`},
		{"SIXTEEN__LETTERS", `{"error":"error adding coin"}`},
		{"", `{"result":"coin already there"}`},
	} {
		if got := string(encode(n.addcoin(arguments{"newcoin": test[0]}))); got != test[1] {
			t.Errorf("%s: got %s", test[0], got)
		}
	}
	if got := string(encode(newNode(&elected{}, func(int) {}).addcoin(arguments{}))); got != `{"error":"addcoin needs newcoin"}` {
		t.Errorf("got %s", got)
	}
}

func TestPassthru(t *testing.T) {
	connections := map[string]bool{}
	daemon := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		connections[r.RemoteAddr] = true
		wanted := "Basic " + base64.StdEncoding.EncodeToString([]byte("u:p:q"))
		if r.Header.Get("Authorization") != wanted {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		body, _ := io.ReadAll(r.Body)
		switch {
		case strings.Contains(string(body), "getbestblockhash"):
			_, _ = io.WriteString(w, `{"result":"00ab","error":null,"id":"jl777"}`)
		case strings.Contains(string(body), "getinfo"):
			w.WriteHeader(http.StatusInternalServerError)
			_, _ = io.WriteString(w, `{"result":null,"error":{"code":-28},"id":"jl777"}`)
		case strings.Contains(string(body), "importprivkey"):
			_, _ = io.WriteString(w, `{"result":null,"error":null,"id":"jl777"}`)
		default:
			_, _ = io.WriteString(w, `<html>`)
		}
	}))
	defer daemon.Close()
	c := &coin{symbol: "X", serverport: strings.TrimPrefix(daemon.URL, "http://"), userpass: "u:p:q", native: true, getinfo: "getinfo"}
	for method, want := range map[string]string{
		"getbestblockhash": "00ab",
		"getinfo":          `{"result":null,"error":{"code":-28},"id":"jl777"}`,
		"importprivkey":    "",
		"page":             "",
	} {
		if got := c.passthru(method, ""); got != want {
			t.Errorf("%s: got %q", method, got)
		}
	}
	if len(connections) != 4 {
		t.Errorf("%d connections for 4 calls", len(connections))
	}
	c.userpass = "u:wrong"
	if got := c.height(); got != noHeight {
		t.Errorf("height behind a wrong password: %d", got)
	}
	c.userpass = "u:p:q"
	if got := c.height(); got != noHeight || c.getinfo != "getblockchaininfo" {
		t.Errorf("height %d, then asks %s", got, c.getinfo)
	}
}
