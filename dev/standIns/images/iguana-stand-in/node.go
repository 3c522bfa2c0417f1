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
	// stopTakes is how long the process goes on after the call `stop`.
	stopTakes time.Duration
	// roundTakes and roundLasts are said at the constants of these names.
	roundTakes time.Duration
	roundLasts time.Duration

	// mu guards the fields below. The RPC writes them, and the loop of dPoW reads them.
	mu    sync.Mutex
	coins []*coin
	dpows []*dpow
	// rpcSymbol is the coin of a call that names none. It is the first coin that was added (iguana777.c:1203).
	rpcSymbol string

	// Only the RPC uses the fields below, and it answers one call at a time. So they need no lock.
	ipAddress string
	bus       *bus
	key       *notaryKey
	expires   time.Time
}

func newNode(e *elected, exit func(code int)) *node {
	return &node{elected: e, exit: exit, stopTakes: stopTakes, roundTakes: roundTakes, roundLasts: roundLasts}
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

// chosenCoin returns the coin that a call names, or the first coin (SuperNET_parser, iguana/iguana_json.c:507-515).
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
