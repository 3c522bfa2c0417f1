package main

import (
	"cmp"
	"context"
	"encoding/json"
)

// info is the part of komodod's getinfo (komodo src/rpc/misc.cpp, getinfo) that litecoind can provide. Numbers keep the
// digits that litecoind wrote.
type info struct {
	Version         json.Number `json:"version"`
	ProtocolVersion json.Number `json:"protocolversion"`
	KMDVersion      string      `json:"KMDversion"`
	Notarized       int         `json:"notarized"`
	PrevMoMHeight   int         `json:"prevMoMheight"`
	NotarizedHash   string      `json:"notarizedhash"`
	NotarizedTxID   string      `json:"notarizedtxid"`
	WalletVersion   json.Number `json:"walletversion"`
	Balance         json.Number `json:"balance"`
	Blocks          json.Number `json:"blocks"`
	LongestChain    json.Number `json:"longestchain"`
	TimeOffset      json.Number `json:"timeoffset"`
	TLSConnections  int         `json:"tls_connections"`
	Connections     json.Number `json:"connections"`
	Proxy           string      `json:"proxy"`
	Testnet         bool        `json:"testnet"`
	Difficulty      json.Number `json:"difficulty"`
	KeypoolSize     json.Number `json:"keypoolsize"`
	PayTxFee        json.Number `json:"paytxfee"`
	RelayFee        json.Number `json:"relayfee"`
	Errors          string      `json:"errors"`
	PublicKey       string      `json:"pubkey,omitempty"`
	Name            string      `json:"name"`
	P2PPort         int         `json:"p2pport"`
	RPCPort         int         `json:"rpcport"`
}

// getinfo combines the answers of three calls to litecoind, and the last notarisation.
func (f *front) getinfo(ctx context.Context, _ json.RawMessage) (json.RawMessage, error) {
	merged := info{
		KMDVersion: "regtest stand-in", PublicKey: f.chain.publicKey,
		Name: f.chain.name, P2PPort: f.chain.p2pPort, RPCPort: f.chain.rpcPort,
	}
	var blockchain struct {
		Blocks, Headers, Difficulty json.Number
	}
	for method, part := range map[string]any{
		"getblockchaininfo": &blockchain, "getnetworkinfo": &merged, "getwalletinfo": &merged,
	} {
		if err := f.rpc.call(ctx, part, method); err != nil {
			return nil, err
		}
	}
	merged.Blocks, merged.LongestChain, merged.Difficulty = blockchain.Blocks, blockchain.Headers, blockchain.Difficulty
	merged.Errors = ""
	last, prevMoMHeight, err := f.history.notarized(ctx)
	if err != nil {
		return nil, err
	}
	merged.Notarized, merged.PrevMoMHeight = last.height, prevMoMHeight
	merged.NotarizedHash, merged.NotarizedTxID = cmp.Or(last.hash, zeroHash), cmp.Or(last.destTxID, zeroHash)
	return encode(merged), nil
}
