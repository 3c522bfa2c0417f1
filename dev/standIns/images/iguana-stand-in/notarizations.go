package main

import "fmt"

// notarizations is the answer of dpow/notarizations. It shows how Iguana sees a chain (iguana_notary.c:745-804).
type notarizations struct {
	Coin          string `json:"coin"`
	Start         int    `json:"start"`
	NumBlocks     int    `json:"numblocks"`
	MaxHeight     int    `json:"maxheight"`
	Notarizations []int  `json:"notarizations"`
}

// countNotarizations asks the daemon for its height and finds no notarisations. Iguana counts only transactions with the
// inputs of at least eleven notaries (dpow_txhasnotarization, iguana_notary.c:638-733), and those of the stand-in have one.
// When the call has no symbol, Iguana ends with a segmentation fault.
func (n *node) countNotarizations(args arguments) any {
	if _, isText := args["symbol"].(string); !isText {
		n.exit(exitOfSegfault)
	}
	c := n.findCoin(args.text("symbol"))
	if c == nil {
		return failure("cant find coin")
	}
	start, count := args.integer("height"), args.integer("numblocks")
	maxHeight := c.height()
	last := start
	for i := range count {
		last = start + i
		if last > maxHeight {
			break
		}
	}
	return notarizations{
		Coin: c.symbol, Start: start, NumBlocks: last - start, MaxHeight: maxHeight, Notarizations: []int{},
	}
}

// active shows what each notary has in the latest round of the first chain. It answers with an error before the first round
// (dpow_recvmasks and dpow_active, iguana_notary.c:897-931). Nothing is known of other notaries, because the stand-in receives
// nothing from them.
func (n *node) active(args arguments) any {
	c := n.chosenCoin(args)
	if c == nil || c.height() == noHeight {
		return failure("cant get current height")
	}
	var latest *round
	if started := n.allDPoWs(); len(started) > 0 {
		latest = started[0].rounds.latestRound()
	}
	if latest == nil {
		return failure("there is no dpow round yet started to check.")
	}
	answer := []object{}
	for i, notary := range n.elected.notaries {
		best, mask := -1, uint64(0)
		if i == latest.myIndex() && latest.signed.Load() {
			best, mask = i, 1<<i
		}
		hexMask := fmt.Sprintf("%16x", mask)
		answer = append(answer, object{
			{"notary", notary.name}, {"bestk", best}, {"recvmask", hexMask}, {"bestmask", hexMask},
		})
	}
	return answer
}
