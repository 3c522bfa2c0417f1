package main

import (
	"encoding/hex"
	"errors"
	"fmt"
	"log"
	"sync/atomic"
	"time"
)

// round is one attempt to notarise one block (dpow_statemachinestart, dpow_fsm.c:270-796).
type round struct {
	*rounds
	block block
	// replaced is closed when a round for a later block begins.
	replaced chan struct{}
	// signed is true once the transaction on the destination chain was sent.
	signed atomic.Bool
}

// run takes an output of the notary on both chains and spends them into two transactions, first on the destination chain and
// then on the source. Whatever happens, it gives the outputs back that it has locked. It tries nothing a second time: the next
// try is the round for a later block.
func (r *round) run() {
	source, dest := r.source, r.dest
	log.Printf("[%d] notarize %s->%s %s ht.%d minsigs.%d", r.myIndex(), source.symbol, dest.symbol, r.block.hash,
		r.block.height, r.minsigs)
	statement := notarisation{symbol: source.symbol, height: r.block.height, blockHash: r.block.hash}
	if dest.symbol == "KMD" {
		statement.mom, statement.momDepth = source.mom(r.block.height)
	}
	destInput := dest.takeUTXO(address(r.publicKey, dest.pubkeyHash), source.symbol)
	defer dest.giveBack(destInput)
	sourceInput := source.takeUTXO(address(r.publicKey, source.pubkeyHash), "")
	defer source.giveBack(sourceInput)
	if err := r.notarise(statement, destInput, sourceInput); err != nil {
		log.Printf("END %s->%s ht.%d without a notarisation: %v", source.symbol, dest.symbol, r.block.height, err)
	}
}

func (r *round) notarise(statement notarisation, destInput, sourceInput *utxo) error {
	if reason := r.obstacle(destInput, sourceInput); reason != "" {
		// Such a round waits in vain for more signatures, and keeps its outputs locked meanwhile.
		r.wait(r.lasts)
		return errors.New(reason)
	}
	if !r.wait(r.takes) {
		return errors.New("a later block is notarised")
	}
	if hash := r.source.blockHash(r.block.height); hash != r.block.hash {
		return fmt.Errorf("the block's hash is now %q", hash)
	}
	destTxid, err := r.dest.spend(*destInput, r.publicKey, statement)
	if err != nil {
		return err
	}
	r.signed.Store(true)
	statement.destTxid = destTxid
	sourceTxid, err := r.source.spend(*sourceInput, r.publicKey, statement)
	if err != nil {
		return fmt.Errorf("on the source chain, after %s.%s: %w", r.dest.symbol, destTxid, err)
	}
	log.Printf("END %s->%s ht.%d completed %s.%s %s.%s", r.source.symbol, r.dest.symbol, r.block.height,
		r.dest.symbol, destTxid, r.source.symbol, sourceTxid)
	return nil
}

// obstacle tells why a round cannot complete, or "".
func (r *round) obstacle(destInput, sourceInput *utxo) string {
	switch {
	case r.myIndex() < 0:
		return "this node is not official notary"
	case destInput == nil:
		return "no utxo on " + r.dest.symbol
	case sourceInput == nil:
		return "no utxo on " + r.source.symbol
	case !r.signsAlone():
		return fmt.Sprintf("1 signature of %d, %d notaries", r.minsigs, len(r.elected.notaries))
	default:
		return ""
	}
}

// wait returns false at once when a round for a later block begins.
func (r *round) wait(duration time.Duration) bool {
	timer := time.NewTimer(duration)
	defer timer.Stop()
	select {
	case <-r.replaced:
		return false
	case <-timer.C:
		return true
	}
}

func (r *round) myIndex() int { return r.elected.index(hex.EncodeToString(r.publicKey)) }
