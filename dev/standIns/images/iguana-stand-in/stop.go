package main

import (
	"log"
	"time"
)

// stopTakes is how long the real Iguana took to end: 19.0 s. iguana_exit (iguana/main.c:374-420) sleeps three times for 3 s
// and ten times for 1 s.
const stopTakes = 19 * time.Second

// stop ends the process without an answer. Until the end it blocks the RPC's only thread, so no other call is answered. The
// loop of dPoW goes on.
func (n *node) stop() any {
	log.Print("start EXIT")
	time.Sleep(n.stopTakes)
	n.exit(0)
	return success("exit started")
}
