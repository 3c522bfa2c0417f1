package main

import (
	"slices"
	"strconv"
	"strings"
)

// maxMoMDepth is about a month of blocks (dpow_fsm.c:254).
const maxMoMDepth = 1440 * 30

// smallOpReturns are the chains that have no space for a MoM (dpow_smallopreturn, dpow_rpc.c:25-30).
var smallOpReturns = []string{"GAME", "GIN", "EMC2", "ZECTEST", "AYA", "MIL"}

// mom asks a source chain for the Merkle root of the blocks since the last notarisation, and returns it with their number. It
// returns "" and 0 when the daemon has none (dpow_calcMoM, dpow_fsm.c:238-268).
func (c *coin) mom(height int) (string, int) {
	if slices.Contains(smallOpReturns, c.symbol) {
		return "", 0
	}
	info := c.info()
	previous := info.integer("prevmomheight")
	if info == nil || previous < 0 {
		return "", 0
	}
	depth := min(height-max(previous, 1), maxMoMDepth)
	if depth <= 0 {
		return "", 0
	}
	answer, err := parseArguments([]byte(c.passthru("calc_MoM", params(strconv.Itoa(height), strconv.Itoa(depth)))))
	mom := answer.text("mom")
	if err != nil || !isHash(mom) || strings.Trim(mom, "0") == "" {
		return "", 0
	}
	return mom, depth
}
