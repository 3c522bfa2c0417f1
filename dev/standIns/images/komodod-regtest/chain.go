package main

import (
	"fmt"
	"path/filepath"
	"strconv"
)

const (
	mainChain = "KMD"
	// kmdPort is KMD's RPC port when its conf states none.
	kmdPort = 7771
	// maxName is komodod's limit (KOMODO_ASSETCHAIN_MAXLEN, src/komodo_defs.h:28).
	maxName = 64
)

// chain is what komodod's flags and the chain's conf say about it.
type chain struct {
	name      string
	dataDir   string
	rpcUser   string
	rpcPass   string
	rpcPort   int
	p2pPort   int
	workQueue string
	publicKey string
	// exportDir is where copies of the wallet may be written to, or "" when nowhere.
	exportDir string
	// peerConf is the path of the conf of the daemon that this one calls, or "" when it calls none.
	peerConf string
	peerName string
}

// resolveChain finds the chain's directory and conf where komodod looks for them. It fails when the conf has no credentials
// or no port. komodod would invent these, and then nobody else would know them.
func resolveChain(opts flags, home string) (*chain, error) {
	name := opts.last("ac_name")
	if name == "" {
		name = mainChain
	}
	if len(name) > maxName {
		return nil, fmt.Errorf("-ac_name is longer than %d bytes", maxName)
	}
	dataDir, confName := filepath.Join(home, ".komodo", name), name+".conf"
	if name == mainChain {
		dataDir, confName = filepath.Join(home, ".komodo"), "komodo.conf"
	}
	if given := opts.last("datadir"); given != "" {
		dataDir = given
	}
	if given := opts.last("conf"); given != "" {
		confName = given
	}
	path := confName
	if !filepath.IsAbs(path) {
		path = filepath.Join(dataDir, confName)
	}
	values, err := readConf(path)
	if err != nil {
		return nil, fmt.Errorf("cannot read the chain's conf: %w", err)
	}
	for _, key := range []string{"rpcuser", "rpcpassword", "rpcport"} {
		if values[key] == "" {
			return nil, fmt.Errorf("%s has no %s, which it must state", path, key)
		}
	}
	c := &chain{
		name: name, dataDir: dataDir,
		rpcUser: values["rpcuser"], rpcPass: values["rpcpassword"],
		workQueue: values["rpcworkqueue"], publicKey: opts.last("pubkey"), exportDir: opts.last("exportdir"),
	}
	if c.rpcPort, err = port(values["rpcport"]); err != nil {
		return nil, fmt.Errorf("%s: rpcport: %w", path, err)
	}
	c.p2pPort = c.rpcPort - 1
	for _, given := range []string{values["port"], opts.last("port")} {
		if given == "" {
			continue
		}
		if c.p2pPort, err = port(given); err != nil {
			return nil, fmt.Errorf("port: %w", err)
		}
	}
	c.findPeer(opts, home)
	return c, nil
}

// findPeer finds the daemon that komodod would ask whether a notarisation is real. An assetchain asks KMD, and looks for
// KMD's conf beside its own directory. KMD asks the chain whose conf -notary names, under $HOME. komodod reads KMD's conf
// only when its own conf lacks rpcport. The stand-in always reads it, so that it uses this edge of the RPC graph.
func (c *chain) findPeer(opts flags, home string) {
	if c.name != mainChain {
		c.peerName, c.peerConf = mainChain, filepath.Join(filepath.Dir(c.dataDir), "komodo.conf")
		return
	}
	if path := opts.last("notary"); path != "" {
		c.peerName, c.peerConf = "LTC", filepath.Join(home, path)
	}
}

func port(text string) (int, error) {
	number, err := strconv.ParseUint(text, 10, 16)
	if err != nil || number == 0 {
		return 0, fmt.Errorf("%q is no port; a port is a number from 1 to 65535", text)
	}
	return int(number), nil
}
