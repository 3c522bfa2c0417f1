package main

import (
	"context"
	"encoding/json"
)

// signed is the answer of signrawtransaction (komodo src/rpc/rawtransaction.cpp).
type signed struct {
	Hex      string         `json:"hex"`
	Complete bool           `json:"complete"`
	Errors   []signingError `json:"errors,omitempty"`
}

// signingError is the reason why an input is not signed. litecoind's has one field more, the witness.
type signingError struct {
	TxID      string      `json:"txid"`
	Vout      json.Number `json:"vout"`
	ScriptSig string      `json:"scriptSig"`
	Sequence  json.Number `json:"sequence"`
	Error     string      `json:"error"`
}

// signrawtransaction signs with the given keys, or with the wallet's when none are given. litecoind has a call for each. The
// parameters are a transaction, the outputs that it spends, the keys, the kind of signature and a branch. Each but the first
// may be null. litecoind knows no branches, so the last one is ignored.
func (f *front) signrawtransaction(ctx context.Context, params json.RawMessage) (json.RawMessage, error) {
	arguments, err := anyArguments(params)
	if err != nil {
		return nil, err
	}
	if len(arguments) < 1 || len(arguments) > 5 {
		return nil, &rpcError{rpcMisc, `signrawtransaction "hexstring" ( [prevtxs] [privatekeys] sighashtype )`}
	}
	given := replaceTransaction(arguments)
	arguments = append(arguments, make([]any, 5-len(arguments))...)
	transaction, spent, keys, kind := arguments[0], arguments[1], arguments[2], arguments[3]
	var answer signed
	if keys == nil {
		err = f.rpc.call(ctx, &answer, "signrawtransactionwithwallet", transaction, spent, kind)
	} else {
		err = f.rpc.call(ctx, &answer, "signrawtransactionwithkey", transaction, keys, spent, kind)
	}
	if err != nil {
		return nil, err
	}
	if isSapling(given) {
		answer.Hex = fromLitecoin(answer.Hex)
	}
	return encode(answer), nil
}
