package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestRoundNotarisesOnBothChains(t *testing.T) {
	for _, test := range []struct {
		source, dest string
		mom          string
		momDepth     int
		locks        func(*network) *fakeDaemon
	}{
		{"BEER", "KMD", momOf(12, 9), 9, func(w *network) *fakeDaemon { return w.dest }},
		{"KMD", "LTC", "", 0, func(w *network) *fakeDaemon { return w.source }},
		{"LTC", "KMD", "", 0, func(w *network) *fakeDaemon { return w.dest }},
	} {
		t.Run(test.source, func(t *testing.T) {
			w := newNetwork(t, test.source, test.dest, 1, 1)
			w.fund(2)
			kmd := test.locks(w)
			w.begin(12)
			eventually(t, "a locked output of KMD", func() bool {
				_, locked, _ := kmd.state()
				return len(locked) == 1
			})
			if sent, _, _ := w.dest.state(); len(sent) > 0 {
				t.Error("the transaction was sent at once")
			}
			eventually(t, "a transaction on the source chain", func() bool {
				sent, _, _ := w.source.state()
				return len(sent) > 0
			})
			statement := notarisation{
				symbol: test.source, height: 12, blockHash: blockHashAt(12), mom: test.mom, momDepth: test.momDepth,
			}
			onDest, _, _ := w.dest.state()
			if want := scriptOf(t, statement); len(onDest) != 1 || !strings.HasSuffix(onDest[0], want+"00000000") {
				t.Fatalf("on the destination chain: %v", onDest)
			}
			statement.destTxid = txidOf(onDest[0])
			onSource, lockedOnSource, _ := w.source.state()
			if want := scriptOf(t, statement); len(onSource) != 1 || !strings.HasSuffix(onSource[0], want+"00000000") {
				t.Errorf("on the source chain: %v", onSource)
			}
			if _, lockedOnDest, _ := w.dest.state(); kmd == w.dest && len(lockedOnSource) > 0 || kmd == w.source && len(lockedOnDest) > 0 {
				t.Error("an output of another chain than KMD was locked")
			}
		})
	}
}

func TestRoundsTakeDifferentOutputs(t *testing.T) {
	w := newNetwork(t, "BEER", "KMD", 1, 1)
	w.fund(3)
	for height := 10; height < 16; height += 2 {
		w.begin(height)
	}
	eventually(t, "the last round's transactions", func() bool {
		sent, _, _ := w.source.state()
		return len(sent) == 1
	})
	eventually(t, "no locked output", func() bool {
		_, locked, calls := w.dest.state()
		// Each round locks and unlocks. The output that was spent is not in the fake wallet any more.
		return countOf(calls, "lockunspent") == 6 && len(locked) <= 1
	})
	sent, _, _ := w.dest.state()
	if len(sent) != 1 || !strings.Contains(sent[0], scriptOf(t, notarisation{
		symbol: "BEER", height: 14, blockHash: blockHashAt(14), mom: momOf(14, 11), momDepth: 11,
	})) {
		t.Errorf("sent %v", sent)
	}
}

func TestRoundThatCannotCompleteHoldsItsOutput(t *testing.T) {
	for name, test := range map[string]struct {
		minsigs, notaries int
		onSource, onDest  int
	}{
		"two signatures needed": {2, 2, 1, 2},
		"four notaries":         {1, 4, 1, 2},
		"no minsigs":            {0, 1, 1, 2},
		"no output on BEER":     {1, 1, 0, 2},
	} {
		t.Run(name, func(t *testing.T) {
			w := newNetwork(t, "BEER", "KMD", test.minsigs, test.notaries)
			w.source.fund(w.publicKey, test.onSource)
			w.dest.fund(w.publicKey, test.onDest)
			w.begin(10)
			isLocked := func() bool {
				_, locked, _ := w.dest.state()
				return len(locked) == 1
			}
			eventually(t, "a locked output", isLocked)
			time.Sleep(2 * w.rounds.takes)
			if sent, _, _ := w.dest.state(); !isLocked() || len(sent) > 0 {
				t.Errorf("sent %v", sent)
			}
			w.begin(12)
			eventually(t, "the output of the second round alone", func() bool {
				_, _, calls := w.dest.state()
				return countOf(calls, "lockunspent") == 3 && isLocked()
			})
		})
	}
	t.Run("no output on KMD", func(t *testing.T) {
		w := newNetwork(t, "BEER", "KMD", 1, 1)
		w.source.fund(w.publicKey, 1)
		w.begin(10)
		eventually(t, "a look at both wallets", func() bool {
			_, _, calls := w.source.state()
			return slices.Contains(calls, "listunspent")
		})
		time.Sleep(2 * w.rounds.takes)
		if sent, _, calls := w.source.state(); len(sent) > 0 || slices.Contains(calls, "lockunspent") {
			t.Errorf("sent %v after %v", sent, calls)
		}
	})
}

func TestRoundIsGivenUpWhenTheDaemonFails(t *testing.T) {
	const loading = `{"result":null,"error":{"code":-28,"message":"Loading block index..."},"id":"jl777"}`
	const dust = `{"result":null,"error":{"code":-26,"message":"dust"},"id":"jl777"}`
	for name, test := range map[string]struct {
		status int
		body   string
		method string
	}{
		"a wrong password":        {401, "", "signrawtransaction"},
		"a daemon that loads":     {500, loading, "getblockhash"},
		"a refused transaction":   {500, dust, "sendrawtransaction"},
		"no output can be locked": {500, loading, "lockunspent"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newNetwork(t, "BEER", "KMD", 1, 1)
			w.fund(1)
			failing := w.dest
			if test.method == "getblockhash" {
				failing = w.source
			}
			failing.fail(func(method string) (int, string) {
				if method == test.method {
					return test.status, test.body
				}
				return 0, ""
			})
			w.begin(10)
			eventually(t, "the failure", func() bool {
				_, _, calls := failing.state()
				return slices.Contains(calls, test.method)
			})
			eventually(t, "no locked output", func() bool {
				_, locked, _ := w.dest.state()
				return len(locked) == 0
			})
			if sent, _, _ := w.dest.state(); len(sent) > 0 {
				t.Errorf("sent %v", sent)
			}
			failing.fail(nil)
			w.begin(12)
			eventually(t, "the next round's transactions", func() bool {
				sent, _, _ := w.source.state()
				return len(sent) == 1
			})
		})
	}
}

func TestOutputsThatIguanaDoesNotSpend(t *testing.T) {
	w := newNetwork(t, "BEER", "KMD", 1, 1)
	w.dest.fund(w.publicKey, 5)
	no := false
	w.dest.outputs[0].Amount = 0.00010001
	w.dest.outputs[1].Address = address(w.publicKey, 60)
	w.dest.outputs[2].ScriptPubKey = "76a914" + strings.Repeat("00", 20) + "88ac"
	w.dest.outputs[3].Spendable = &no
	for range 5 {
		taken := w.rounds.dest.takeUTXO(address(w.publicKey, regtestPrefix), "BEER")
		if taken == nil || taken.txid != w.dest.outputs[4].Txid {
			t.Fatalf("took %+v", taken)
		}
		w.rounds.dest.giveBack(taken)
	}
}

// The loop of dPoW reads the tips of both chains and begins the round.
func TestLoopBeginsARound(t *testing.T) {
	w := newNetwork(t, "BEER", "KMD", 1, 1)
	w.fund(1)
	w.source.height, w.dest.height = 6, 10
	d := &dpow{source: w.rounds.source, dest: w.rounds.dest, rounds: w.rounds}
	d.update()
	if d.rounds.latestRound() != nil {
		t.Error("began a round for a block that it has not seen")
	}
	w.source.mu.Lock()
	w.source.height = 12
	w.source.mu.Unlock()
	// Otherwise the hash counts as known for two seconds.
	d.source.bestHashTime = time.Time{}
	d.update()
	if latest := d.rounds.latestRound(); latest == nil || latest.block != (block{6, blockHashAt(6)}) {
		t.Fatalf("began %+v", latest)
	}
	eventually(t, "the transaction", func() bool {
		sent, _, _ := w.dest.state()
		return len(sent) == 1
	})
}

func TestActive(t *testing.T) {
	w := newNetwork(t, "BEER", "KMD", 1, 2)
	w.fund(1)
	n := newNode(w.rounds.elected, func(int) {})
	n.addCoin(w.rounds.source)
	n.dpows = append(n.dpows, &dpow{rounds: w.rounds})
	active := func() string { return string(n.answer(arguments{"agent": "dpow", "method": "active"})) }
	if got := active(); !strings.Contains(got, "there is no dpow round yet started to check.") {
		t.Errorf("got %s", got)
	}
	entry := func(name string, best, mask int) string {
		hexMask := fmt.Sprintf("%16x", mask)
		return fmt.Sprintf(`{"notary":"%s","bestk":%d,"recvmask":"%s","bestmask":"%s"}`, name, best, hexMask, hexMask)
	}
	w.begin(10)
	if got := active(); got != "["+entry("east", -1, 0)+","+entry("other", -1, 0)+"]" {
		t.Errorf("got %s", got)
	}
	eventually(t, "the signature", func() bool {
		return active() == "["+entry("east", 0, 1)+","+entry("other", -1, 0)+"]"
	})
}
