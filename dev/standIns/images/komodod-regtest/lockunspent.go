package main

import (
	"context"
	"encoding/json"
	"errors"
)

// lockunspent locks or unlocks outputs. komodod accepts any output in any state and answers true (komodo
// src/wallet/rpcwallet.cpp). litecoind refuses one that is locked or unlocked already, is spent, or is unknown. Each of these
// refusals is taken for success, so an unknown output is in no list of locked ones.
func (f *front) lockunspent(ctx context.Context, params json.RawMessage) (json.RawMessage, error) {
	arguments, err := anyArguments(params)
	if err != nil {
		return nil, err
	}
	outputs := []any(nil)
	if len(arguments) == 2 {
		outputs, _ = arguments[1].([]any)
	}
	if len(outputs) == 0 {
		var done json.RawMessage
		return done, f.rpc.call(ctx, &done, "lockunspent", arguments...)
	}
	for _, output := range outputs {
		err := f.rpc.call(ctx, nil, "lockunspent", arguments[0], []any{output})
		var refusal *rpcError
		if err == nil || errors.As(err, &refusal) && isAboutState(refusal) {
			continue
		}
		return nil, err
	}
	return encode(true), nil
}

// isAboutState tells a refusal because of an output's state from one because of a wrong parameter. Both have the same code.
func isAboutState(refusal *rpcError) bool {
	switch refusal.Message {
	case "Invalid parameter, output already locked", "Invalid parameter, expected locked output",
		"Invalid parameter, expected unspent output", "Invalid parameter, unknown transaction",
		"Invalid parameter, vout index out of bounds":
		return refusal.Code == rpcInvalidParameter
	}
	return false
}
