package main

import (
	"encoding/hex"
	"log"
	"slices"
	"strings"
	"time"
)

// dpow is a chain under notarisation.
type dpow struct {
	source *coin
	dest   *coin
	// next is the first height not seen yet, 0 before the first block.
	next   int
	height int
}

// startDPoW is the call `dpow` with its checks in Iguana's order (iguana_notary.c:319-463).
//
// One comes on top. Iguana takes any key, and it starts without myipaddr and addnotary too, where it would never find
// its peers; the stand-in refuses that, with the error that Iguana has for a node that is no notary (:330-339).
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
		// Whatever was asked for (:372-376).
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
	source.height() // for the CCid, which only assetchains with it have
	n.mu.Lock()
	n.dpows = append(n.dpows, &dpow{source: source, dest: target})
	n.mu.Unlock()
	log.Printf("DPOW with pubkey.(%s) %s -> %s", publicKey, symbol, dest)
	return success("success")
}

// isNotary is whether the node knows its address, is on the bus, and has an elected notary's key.
func (n *node) isNotary() bool {
	if n.bus == nil || n.key == nil {
		return false
	}
	own := n.key.publicHex()
	return slices.ContainsFunc(n.elected.notaries, func(key string) bool { return strings.EqualFold(key, own) })
}

// dpowLoop follows all chains in one thread, as Iguana does (dpow_loop, iguana/main.c:781-813): a daemon that does not
// answer holds up the others.
func (n *node) dpowLoop() {
	for {
		for _, d := range n.allDPoWs() {
			d.update()
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// update looks at both tips and asks for each new block of the source (iguana_dPoWupdate, iguana_notary.c:227-301).
func (d *dpow) update() {
	d.dest.tip()
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
		d.source.blockHash(d.next)
		d.next++
	}
	d.height = height
	log.Printf("%s: height %d", d.source.symbol, height)
}
