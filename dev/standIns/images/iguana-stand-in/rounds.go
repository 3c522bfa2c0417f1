package main

import (
	"strings"
	"sync"
	"time"
)

const (
	// rememberedBlocks is DPOW_FIFOSIZE (iguana/dPoW.h:44).
	rememberedBlocks = 64
	// kmdBlocksBetweenRounds is DPOW_CHECKPOINTFREQ (dPoW.h:24).
	kmdBlocksBetweenRounds = 10
	// roundLasts is DPOW_DURATION (dPoW.h:32). A round that does not complete holds its outputs for so long.
	roundLasts = 300 * time.Second
	// roundTakes is how long a round that completes holds its outputs before it signs. Iguana needs some seconds, too, to
	// agree with the other notaries.
	roundTakes = 2 * time.Second
)

type block struct {
	height int
	// hash is "" when the daemon did not tell it.
	hash string
}

// rounds begins the rounds of one chain.
//
// Several stand-ins do not talk to each other over the bus, so a round has this notary's signature and no other.
type rounds struct {
	source    *coin
	dest      *coin
	publicKey []byte
	elected   *elected
	// frequency is how many blocks of the source lie between notarised blocks.
	frequency int
	// confirmations is how many blocks a notarised block has above it, apart from the newest one.
	confirmations int
	minsigs       int
	takes         time.Duration
	lasts         time.Duration

	// Only the loop of dPoW uses the two fields below. seen has the hashes of the last blocks by height.
	seen         map[int]string
	destAtLatest int

	// mu guards the field below, which the RPC reads.
	mu     sync.Mutex
	latest *round
}

// newRounds makes what follows from the call `dpow` (iguana_notary.c:368-395).
func (n *node) newRounds(source, dest *coin, publicKey []byte, frequency int) *rounds {
	r := &rounds{
		source: source, dest: dest, publicKey: publicKey, elected: n.elected,
		confirmations: 5, minsigs: n.elected.minsigs,
		takes: n.roundTakes, lasts: n.roundLasts,
		seen: map[int]string{},
	}
	if source.symbol == "KMD" {
		r.confirmations = 10
	}
	switch {
	case dest.symbol == "LTC":
		r.frequency, r.minsigs = 5, n.elected.ltcMinsigs
	case frequency == 0 && (source.symbol == "CHIPS" || strings.HasPrefix(source.symbol, "TEST")):
		r.frequency = 100
	default:
		r.frequency = max(frequency, 2)
	}
	return r
}

// follow takes note of the source's next block, and begins a round for an earlier one when its height is a multiple of the
// frequency. A chain that is notarised to KMD has its next round only when KMD has grown by ten blocks (dpow_srcupdate,
// iguana_notary.c:79-190). A block whose hash the daemon did not tell is never notarised.
func (r *rounds) follow(newest block, destHeight int) {
	height := newest.height - 1 - r.confirmations
	due := block{height, r.seen[height]}
	r.seen[newest.height] = newest.hash
	delete(r.seen, newest.height-rememberedBlocks)
	if due.hash == "" || due.height%r.frequency != 0 {
		return
	}
	if r.dest.symbol == "KMD" {
		if destHeight < r.destAtLatest+kmdBlocksBetweenRounds {
			return
		}
		r.destAtLatest = destHeight
	}
	r.begin(due)
}

// begin starts a round in the background. It ends the one before, should that still run.
func (r *rounds) begin(due block) {
	started := &round{rounds: r, block: due, replaced: make(chan struct{})}
	r.mu.Lock()
	previous := r.latest
	r.latest = started
	r.mu.Unlock()
	if previous != nil {
		close(previous.replaced)
	}
	go started.run()
}

func (r *rounds) latestRound() *round {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.latest
}

// signsAlone tells whether this notary's signature is all that a round needs. Half of the elected notaries must have heard of
// a notary before it takes part (dpow_notarybestk, dpow_tx.c:102-140), and here only the notary itself has.
func (r *rounds) signsAlone() bool {
	return r.minsigs == 1 && len(r.elected.notaries)/2 <= 1
}
