package main

import (
	"bytes"
	"context"
	"encoding/json"
)

// ownership has the fields of komodod's validateaddress that litecoind has moved to getaddressinfo.
type ownership struct {
	IsMine       bool   `json:"ismine"`
	IsWatchOnly  bool   `json:"iswatchonly"`
	PublicKey    string `json:"pubkey,omitempty"`
	IsCompressed *bool  `json:"iscompressed,omitempty"`
}

func (f *front) validateaddress(ctx context.Context, params json.RawMessage) (json.RawMessage, error) {
	arguments, err := anyArguments(params)
	if err != nil {
		return nil, err
	}
	var validity json.RawMessage
	if err := f.rpc.call(ctx, &validity, "validateaddress", arguments...); err != nil {
		return nil, err
	}
	var verdict struct {
		IsValid bool `json:"isvalid"`
	}
	if err := json.Unmarshal(validity, &verdict); err != nil || !verdict.IsValid {
		return validity, err
	}
	var owner ownership
	if err := f.rpc.call(ctx, &owner, "getaddressinfo", arguments...); err != nil {
		return nil, err
	}
	return join(validity, encode(owner)), nil
}

// join appends the fields of the second object to those of the first. Neither object may be empty.
func join(first, second json.RawMessage) json.RawMessage {
	head := bytes.TrimSuffix(bytes.TrimSpace(first), []byte("}"))
	tail := bytes.TrimPrefix(bytes.TrimSpace(second), []byte("{"))
	return bytes.Join([][]byte{head, tail}, []byte(","))
}
