package main

import (
	"fmt"
	"log"
	"sync"
	"time"
)

// maxSymbol is the longest symbol that fits Iguana's buffer (includes/iguana_structs.h:43). Iguana does not check it.
const maxSymbol = 15

// coin is a chain that was added by addcoin.
type coin struct {
	symbol     string
	serverport string
	userpass   string
	pubkeyHash byte
	wif        byte
	// native is true for RELAY -1. Then Iguana asks a daemon about the chain. Otherwise it would follow the chain itself.
	native bool
	// sapling is true for a chain whose transactions have Sapling's format.
	sapling bool

	// mu guards the fields below, which the RPC and the loop of dPoW both use.
	mu              sync.Mutex
	getinfo         string
	validateaddress string
	signTransaction string
	bestHash        string
	bestHashTime    time.Time
	bestHeight      int

	// picking is held while a round chooses and locks an output, so that two rounds never choose the same one.
	picking sync.Mutex
}

// newCoin does what iguana_chainparms does (iguana/iguana_chains.c:292-400). The conf's port counts before the JSON's port.
// rpchost and userpass count before the conf.
func newCoin(symbol string, args arguments) *coin {
	conf := readConf(args.text("path"), args.text("conf"))
	c := &coin{
		symbol:     symbol,
		serverport: conf.serverport,
		userpass:   conf.userpass,
		pubkeyHash: byte(args.integer("pubval")),
		wif:        byte(args.integer("wifval")),
		native:     args.integer("relay") < 0,
		sapling:    args.integer("sapling") != 0,
		getinfo:    "getinfo", validateaddress: "validateaddress", signTransaction: "signrawtransaction",
	}
	if host := args.text("rpchost"); host != "" {
		c.serverport = host[:min(len(host), 127)]
	}
	if userpass := args.text("userpass"); userpass != "" {
		c.userpass = userpass[:min(len(userpass), 1023)]
	}
	if c.serverport == "" {
		c.serverport = fmt.Sprintf("127.0.0.1:%d", rpcPort(args))
	}
	if symbol == "BTC" {
		c.pubkeyHash, c.wif = 0, 128
	}
	return c
}

func rpcPort(args arguments) int {
	for _, name := range []string{"rpcport", "rpc"} {
		if port := args.integer(name); port != 0 {
			return port
		}
	}
	for _, name := range []string{"p2p", "portp2p"} {
		if port := args.integer(name); port != 0 {
			return port - 1
		}
	}
	return 0
}

// addcoin adds a chain (iguana/ramchain_api.c:54-78, iguana_launchcoin in iguana777.c:1193-1233).
func (n *node) addcoin(args arguments) any {
	symbol := args.text("newcoin")
	if symbol == "" {
		if chosen := n.chosenCoin(args); chosen != nil {
			symbol = chosen.symbol
		}
	}
	if symbol == "" {
		return failure("addcoin needs newcoin")
	}
	if n.findCoin(symbol) != nil {
		return success("coin already there")
	}
	if len(symbol) > maxSymbol {
		log.Printf("addcoin %s: the symbol is longer than %d bytes. Here Iguana would overwrite its own memory", symbol, maxSymbol)
		return failure("error adding coin")
	}
	added := newCoin(symbol, args)
	n.addCoin(added)
	log.Printf("addcoin %s: rpc %s, credentials %t", symbol, added.serverport, added.userpass != "")
	return success("coin added")
}
