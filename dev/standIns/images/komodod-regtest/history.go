package main

import (
	"context"
	"errors"
	"sync"
)

// history is what the front knows of the chain's blocks. Each use first reads the blocks that are new. It is kept in memory
// alone, because the chains of tests are short.
type history struct {
	mu        sync.Mutex
	chainName string
	rpc       *rpcClient
	blocks    []pastBlock
	// litecoinIDs has litecoind's id of each transaction in Sapling's format, by the id in that format.
	litecoinIDs map[string]string
	// last is the last notarisation of this chain. Its height is 0 when there is none.
	last          notarization
	prevMoMHeight int
}

type pastBlock struct {
	hash       string
	merkleRoot []byte
}

// readBlock is the part of litecoind's getblock that the front reads. The verbosity is 2.
type readBlock struct {
	Hash         string            `json:"hash"`
	MerkleRoot   string            `json:"merkleroot"`
	Transactions []readTransaction `json:"tx"`
}

type readTransaction struct {
	ID      string `json:"txid"`
	Hex     string `json:"hex"`
	Outputs []struct {
		Script struct {
			Hex string `json:"hex"`
		} `json:"scriptPubKey"`
	} `json:"vout"`
}

func newHistory(chainName string, rpc *rpcClient) *history {
	return &history{chainName: chainName, rpc: rpc, litecoinIDs: map[string]string{}}
}

// merkleRoots returns the Merkle roots of blocks, from a height downwards. It returns none when the chain is not that high.
func (h *history) merkleRoots(ctx context.Context, height, depth int) ([][]byte, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := h.update(ctx); err != nil {
		return nil, err
	}
	if height >= len(h.blocks) {
		return nil, nil
	}
	roots := make([][]byte, 0, depth)
	for at := height; at > height-depth; at-- {
		roots = append(roots, h.blocks[at].merkleRoot)
	}
	return roots, nil
}

// notarized returns the chain's last notarisation, and the height of the last one with a MoM.
func (h *history) notarized(ctx context.Context) (notarization, int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	err := h.update(ctx)
	return h.last, h.prevMoMHeight, err
}

// litecoinID returns litecoind's id of a transaction. It is the given one, unless that is an id in Sapling's format.
func (h *history) litecoinID(ctx context.Context, id string) (string, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := h.update(ctx); err != nil {
		return "", err
	}
	if h.litecoinIDs[id] == "" {
		if err := h.readMempool(ctx); err != nil {
			return "", err
		}
	}
	if known := h.litecoinIDs[id]; known != "" {
		return known, nil
	}
	return id, nil
}

// update reads the blocks that are new. It reads all of them when the last known block has left the chain.
func (h *history) update(ctx context.Context) error {
	var hash string
	if known := len(h.blocks); known > 0 {
		err := h.rpc.call(ctx, &hash, "getblockhash", known-1)
		var refusal *rpcError
		switch {
		case errors.As(err, &refusal), err == nil && hash != h.blocks[known-1].hash:
			h.blocks, h.last, h.prevMoMHeight = nil, notarization{}, 0
		case err != nil:
			return err
		}
	}
	var tip int
	if err := h.rpc.call(ctx, &tip, "getblockcount"); err != nil {
		return err
	}
	for height := len(h.blocks); height <= tip; height++ {
		var block readBlock
		if err := h.rpc.call(ctx, &hash, "getblockhash", height); err != nil {
			return err
		}
		if err := h.rpc.call(ctx, &block, "getblock", hash, 2); err != nil {
			return err
		}
		if err := h.append(block); err != nil {
			return err
		}
	}
	return nil
}

func (h *history) append(block readBlock) error {
	root, err := parseHash(block.MerkleRoot)
	if err != nil {
		return err
	}
	height := len(h.blocks)
	for _, transaction := range block.Transactions {
		h.remember(transaction)
		scripts := make([]string, len(transaction.Outputs))
		for i, output := range transaction.Outputs {
			scripts[i] = output.Script.Hex
		}
		found, ok := parseNotarization(scripts, h.chainName)
		// The notarised block has to be one of this chain, above all that are notarised already.
		if !ok || found.height <= h.last.height || found.height >= height || found.hash != h.blocks[found.height].hash {
			continue
		}
		h.last = found
		if found.hasMoM {
			h.prevMoMHeight = found.height
		}
	}
	h.blocks = append(h.blocks, pastBlock{hash: block.Hash, merkleRoot: root})
	return nil
}

func (h *history) readMempool(ctx context.Context) error {
	var ids []string
	if err := h.rpc.call(ctx, &ids, "getrawmempool"); err != nil {
		return err
	}
	for _, id := range ids {
		transaction := readTransaction{ID: id}
		if err := h.rpc.call(ctx, &transaction.Hex, "getrawtransaction", id); err != nil {
			return err
		}
		h.remember(transaction)
	}
	return nil
}

func (h *history) remember(transaction readTransaction) {
	if isSapling(transaction.Hex) {
		h.litecoinIDs[transactionID(fromLitecoin(transaction.Hex))] = transaction.ID
	}
}
