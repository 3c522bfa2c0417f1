package main

// notarizations is the answer of dpow/notarizations. It shows how Iguana sees a chain (iguana_notary.c:745-804).
type notarizations struct {
	Coin          string `json:"coin"`
	Start         int    `json:"start"`
	NumBlocks     int    `json:"numblocks"`
	MaxHeight     int    `json:"maxheight"`
	Notarizations []int  `json:"notarizations"`
}

// countNotarizations asks the daemon for its height and finds no notarisations. When the call has no symbol, Iguana ends
// with a segmentation fault.
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

// active answers with an error when no round is under way, which is always so in the stand-in (iguana_notary.c:918-931).
func (n *node) active(args arguments) any {
	c := n.chosenCoin(args)
	if c == nil || c.height() == noHeight {
		return failure("cant get current height")
	}
	return failure("there is no dpow round yet started to check.")
}
