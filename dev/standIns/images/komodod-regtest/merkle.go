package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
)

// rpcMisc is the code of an error without a code of its own (RPC_MISC_ERROR, src/rpc/protocol.h).
const rpcMisc = -1

// mom is the answer of calc_MoM (komodo src/rpc/crosschain.cpp, calc_MoM).
type mom struct {
	Coin   string `json:"coin"`
	Height int    `json:"height"`
	Depth  int    `json:"MoMdepth"`
	MoM    string `json:"MoM"`
}

// calcMoM answers calc_MoM: the Merkle root of the Merkle roots of as many blocks as the depth says, down from a height.
// Iguana writes it into the notarisation. Both arguments are texts.
func (f *front) calcMoM(ctx context.Context, params json.RawMessage) (json.RawMessage, error) {
	arguments, err := textArguments(params)
	if err != nil {
		return nil, err
	}
	if len(arguments) != 2 {
		return nil, &rpcError{rpcMisc, "calc_MoM height MoMdepth\n"}
	}
	height, depth := leadingNumber(arguments[0]), leadingNumber(arguments[1])
	if height <= 0 || depth <= 0 || depth >= height {
		return nil, &rpcError{rpcMisc, "calc_MoM illegal height or MoMdepth\n"}
	}
	// The upper half of the number may hold the id of a group of chains (komodo src/komodo_ccdata.cpp, komodo_calcMoM).
	leaves, err := f.history.merkleRoots(ctx, height, depth&0xffff)
	if err != nil {
		return nil, err
	}
	return encode(mom{Coin: f.chain.name, Height: height, Depth: depth, MoM: printedHash(merkleRoot(leaves))}), nil
}

// merkleRoot returns the root of Bitcoin's Merkle tree, in which the last node of an odd row is paired with itself. The root
// of no leaves is 32 zeros.
func merkleRoot(leaves [][]byte) []byte {
	if len(leaves) == 0 {
		return make([]byte, 32)
	}
	row := leaves
	for len(row) > 1 {
		next := make([][]byte, 0, (len(row)+1)/2)
		for pair := range slices.Chunk(row, 2) {
			next = append(next, doubleHash(slices.Concat(pair[0], pair[len(pair)-1])))
		}
		row = next
	}
	return row[0]
}

// textArguments returns the arguments of a call that takes texts alone.
func textArguments(params json.RawMessage) ([]string, error) {
	arguments := []string{}
	if len(params) > 0 && json.Unmarshal(params, &arguments) != nil {
		return nil, &rpcError{rpcMisc, "JSON value is not a string as expected"}
	}
	return arguments, nil
}

// leadingNumber reads a number as C's atoi does: up to the first other character, and 0 where there is none.
func leadingNumber(text string) int {
	number := 0
	_, _ = fmt.Sscanf(text, "%d", &number)
	return number
}
