package main

import (
	"slices"
	"sync"
	"time"
)

// node is Iguana's state.
type node struct {
	elected *elected
	exit    func(code int)
	// stopTakes is how long it goes on after it was told to stop.
	stopTakes time.Duration

	// The RPC writes what is below; the loop of dPoW reads it.
	mu    sync.Mutex
	coins []*coin
	dpows []*dpow
	// rpcSymbol is the coin that a call means which names none: the first added (iguana777.c:1203).
	rpcSymbol string

	// Only the RPC uses these, one call at a time.
	ipAddress string
	bus       *bus
	key       *notaryKey
	expires   time.Time
}

func newNode(e *elected, exit func(code int)) *node {
	return &node{elected: e, exit: exit, stopTakes: stopTakes}
}

func (n *node) findCoin(symbol string) *coin {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, c := range n.coins {
		if c.symbol == symbol {
			return c
		}
	}
	return nil
}

func (n *node) addCoin(c *coin) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.coins = append(n.coins, c)
	if n.rpcSymbol == "" {
		n.rpcSymbol = c.symbol
	}
}

func (n *node) allCoins() []*coin {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Clone(n.coins)
}

func (n *node) allDPoWs() []*dpow {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Clone(n.dpows)
}

// chosenCoin is the coin that a call is about (SuperNET_parser, iguana/iguana_json.c:507-515).
func (n *node) chosenCoin(args arguments) *coin {
	for _, name := range []string{"activecoin", "coin"} {
		if symbol := args.text(name); symbol != "" {
			return n.findCoin(symbol)
		}
	}
	n.mu.Lock()
	symbol := n.rpcSymbol
	n.mu.Unlock()
	return n.findCoin(symbol)
}
