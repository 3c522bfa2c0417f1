package main

import (
	"encoding/hex"
	"log"
	"slices"
	"time"
)

// dpow is a chain under notarisation. Only the loop of dPoW uses the fields without a lock.
type dpow struct {
	source *coin
	dest   *coin
	rounds *rounds
	// next is the first height that has not been seen yet. It is 0 before the first block.
	next   int
	height int
	// destHeight is the height of the destination chain.
	destHeight int
}

// startDPoW answers the call `dpow`. It makes Iguana's checks in Iguana's order (iguana_notary.c:319-463).
//
// The stand-in makes one check more. Iguana accepts any key and starts even without myipaddr and addnotary, although it then
// never finds its peers. The stand-in refuses this with the error that Iguana has for a node that is no notary (:330-339).
func (n *node) startDPoW(args arguments) any {
	publicKey := args.text("pubkey")
	if hexDigits(publicKey) != 66 {
		return failure("need 33 byte pubkey")
	}
	symbol, dest := args.text("symbol"), args.text("dest")
	if symbol == "" {
		symbol = "KMD"
	}
	if symbol == "KMD" {
		// KMD always goes to LTC, whatever the call says (:372-376).
		dest = "LTC"
	} else if dest == "" {
		dest = "KMD"
	}
	source, target := n.findCoin(symbol), n.findCoin(dest)
	if source == nil {
		return failure("cant dPoW an inactive coin")
	}
	if target == nil {
		if symbol == "KMD" {
			return failure("cant dPoW KMD without LTC")
		}
		return failure("cant dPoW without KMD (dest)")
	}
	if slices.ContainsFunc(n.allDPoWs(), func(d *dpow) bool { return d.source.symbol == symbol }) {
		return failure("cant dPoW same coin again")
	}
	public, err := hex.DecodeString(publicKey)
	if err != nil {
		return failure("need 33 byte pubkey")
	}
	sourceIsMine := source.isMine(address(public, source.pubkeyHash))
	destIsMine := target.isMine(address(public, target.pubkeyHash))
	if !sourceIsMine || !destIsMine {
		return failure("source address or dest address has no privkey, importprivkey")
	}
	if public[0] != 2 && public[0] != 3 {
		return failure("illegal pubkey")
	}
	if !n.isNotary() {
		return failure("must be running as notary node")
	}
	// Iguana asks for the height here because of the CCid, which only some assetchains have.
	source.height()
	started := &dpow{source: source, dest: target, rounds: n.newRounds(source, target, public, args.integer("freq"))}
	n.mu.Lock()
	n.dpows = append(n.dpows, started)
	n.mu.Unlock()
	log.Printf("DPOW with pubkey.(%s) %s -> %s, freq.%d minsigs.%d",
		publicKey, symbol, dest, started.rounds.frequency, started.rounds.minsigs)
	return success("success")
}

// isNotary tells whether the node has joined the bus and has the key of an elected notary.
func (n *node) isNotary() bool {
	if n.bus == nil || n.key == nil {
		return false
	}
	return n.elected.index(n.key.publicHex()) >= 0
}

// dpowLoop follows all chains in one thread, as Iguana does (dpow_loop, iguana/main.c:781-813). So one daemon that does not
// answer delays all others.
func (n *node) dpowLoop() {
	for {
		for _, d := range n.allDPoWs() {
			d.update()
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// update asks for both tips and for each new block of the source (iguana_dPoWupdate, iguana_notary.c:227-301).
func (d *dpow) update() {
	d.destHeight = max(d.destHeight, d.dest.tip())
	height := d.source.tip()
	if height == d.height || height <= 0 {
		return
	}
	if height < d.height {
		log.Printf("%s: reorg detected, height %d after %d", d.source.symbol, height, d.height)
	}
	if d.next == 0 {
		d.next = height - 1
	}
	for d.next <= height {
		d.rounds.follow(block{d.next, d.source.blockHash(d.next)}, d.destHeight)
		d.next++
	}
	d.height = height
	log.Printf("%s: height %d", d.source.symbol, height)
}
