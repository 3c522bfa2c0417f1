package main

import (
	"encoding/hex"
	"slices"
	"testing"
	"time"
)

// network is a source chain, a destination chain and the rounds between them.
type network struct {
	source, dest *fakeDaemon
	rounds       *rounds
	publicKey    []byte
}

// newNetwork makes a network in which `notaries` are elected. The first one is this node.
func newNetwork(t *testing.T, source, dest string, minsigs, notaries int) *network {
	t.Helper()
	key := deriveKey("some passphrase")
	e := &elected{minsigs: minsigs, ltcMinsigs: minsigs, notaries: []notary{{"east", key.publicHex()}}}
	for len(e.notaries) < notaries {
		e.notaries = append(e.notaries, notary{"other", someKey})
	}
	n := newNode(e, func(int) {})
	n.roundTakes, n.roundLasts = 100*time.Millisecond, time.Minute
	w := &network{
		source: &fakeDaemon{t: t, isNewer: source == "LTC"}, dest: &fakeDaemon{t: t, isNewer: dest == "LTC"},
		publicKey: key.public,
	}
	w.rounds = n.newRounds(w.source.start(source), w.dest.start(dest), key.public, 2)
	return w
}

func (w *network) begin(height int) { w.rounds.begin(block{height, blockHashAt(height)}) }

func (w *network) fund(count int) {
	w.source.fund(w.publicKey, count)
	w.dest.fund(w.publicKey, count)
}

func scriptOf(t *testing.T, statement notarisation) string {
	script, err := statement.script()
	if err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(script)
}

func countOf(calls []string, method string) int {
	return len(slices.DeleteFunc(calls, func(call string) bool { return call != method }))
}
