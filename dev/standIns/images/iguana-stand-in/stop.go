package main

import (
	"log"
	"time"
)

// stopTakes was seen: 19.0 s (iguana_exit, iguana/main.c:374-420, sleeps three times 3 s and ten times 1 s).
const stopTakes = 19 * time.Second

// stop ends the process, and answers nothing. Until then the one thread of the RPC is busy with it, so no other call
// is answered, while the loop of dPoW goes on as before.
func (n *node) stop() any {
	log.Print("start EXIT")
	time.Sleep(n.stopTakes)
	n.exit(0)
	return success("exit started")
}
