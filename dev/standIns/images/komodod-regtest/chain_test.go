package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const credentials = "rpcuser=u\nrpcpassword=p\n"

// writeConf puts a conf under a home directory.
func writeConf(t *testing.T, home, path, text string) {
	t.Helper()
	file := filepath.Join(home, path)
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestParseConf(t *testing.T) {
	got := parseConf("# c\n rpcuser = a x # note\nrpcpassword=b==c\nrpcuser=second\n[main]\nserver\nrpcport=8923")
	want := conf{"rpcuser": "a x", "rpcpassword": "b==c", "rpcport": "8923"}
	if len(got) != len(want) {
		t.Errorf("got %v", got)
	}
	for key, value := range want {
		if got[key] != value {
			t.Errorf("%s: got %q, want %q", key, got[key], value)
		}
	}
}

func TestResolveChain(t *testing.T) {
	home := t.TempDir()
	writeConf(t, home, ".komodo/komodo.conf", credentials+"rpcport=7771\n")
	writeConf(t, home, ".komodo/BEER/BEER.conf", credentials+"rpcport=8923\nrpcworkqueue=64\n")
	writeConf(t, home, "old/GLEEC.conf", credentials+"rpcport=23344\nport=1000\n")
	for name, test := range map[string]struct {
		args     []string
		rpc, p2p int
		peer     string
	}{
		"KMD":              {[]string{"-gen", "-genproclimit=1"}, 7771, 7770, ""},
		"KMD with -notary": {[]string{"-notary=.litecoin/litecoin.conf"}, 7771, 7770, ".litecoin/litecoin.conf"},
		"an assetchain": {
			[]string{"-ac_name=BEER", "-ac_supply=100000000", "-addnode=1.2.3.4", "-addnode=1.2.3.5", "printtoconsole"},
			8923, 8922, ".komodo/komodo.conf",
		},
		"-port":           {[]string{"--ac_name=BEER", "-port=4000"}, 8923, 4000, ".komodo/komodo.conf"},
		"-datadir":        {[]string{"-ac_name=GLEEC", "-datadir=" + home + "/old"}, 23344, 1000, "komodo.conf"},
		"-datadir, -port": {[]string{"-ac_name=GLEEC", "-datadir=" + home + "/old", "-port=2000"}, 23344, 2000, "komodo.conf"},
	} {
		got, err := resolveChain(parseFlags(test.args), home)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		peer := strings.TrimPrefix(got.peerConf, home+"/")
		if got.rpcPort != test.rpc || got.p2pPort != test.p2p || peer != test.peer {
			t.Errorf("%s: got rpc %d, p2p %d, peer %q", name, got.rpcPort, got.p2pPort, peer)
		}
	}
}

func TestResolveChainRefuses(t *testing.T) {
	home := t.TempDir()
	writeConf(t, home, ".komodo/NOPORT/NOPORT.conf", credentials)
	writeConf(t, home, ".komodo/NOUSER/NOUSER.conf", "rpcpassword=p\nrpcport=1\n")
	writeConf(t, home, ".komodo/BADPORT/BADPORT.conf", credentials+"rpcport=70000\n")
	for name, want := range map[string]string{
		"NOPORT": "has no rpcport", "NOUSER": "has no rpcuser", "BADPORT": "is no port", "NOCONF": "NOCONF.conf",
		strings.Repeat("X", 65): "longer than 64",
	} {
		_, err := resolveChain(parseFlags([]string{"-ac_name=" + name}), home)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestDaemonSettingsKeepTheChainsPasswordOut(t *testing.T) {
	c := &chain{rpcUser: "chainuser", rpcPass: "chainpassword", rpcPort: 8923, p2pPort: 8922, workQueue: "64"}
	got := daemonSettings(c, 40000, "inner")
	for _, want := range []string{"\n[regtest]\n", "\nrpcport=40000\n", "\nport=8922\n", "\nrpcworkqueue=64\n", "\nconnect=0\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in %s", want, got)
		}
	}
	if strings.Contains(got, "chainuser") || strings.Contains(got, "chainpassword") {
		t.Error("the chain's credentials are in it")
	}
}
