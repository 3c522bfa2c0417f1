package main

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
)

const (
	// rpcNotFound is the code for an unknown transaction or block (RPC_INVALID_ADDRESS_OR_KEY).
	rpcNotFound = -5
	// rpcInvalidParameter is the code for a parameter that cannot be (RPC_INVALID_PARAMETER).
	rpcInvalidParameter = -8
)

// fields are the fields of a JSON object. Numbers keep the digits that litecoind wrote.
type fields map[string]json.RawMessage

// sendrawtransaction takes a transaction in either format and answers with its id in that format. Iguana compares it with
// the hash of what it sent. komodod's second parameter says whether a high fee is allowed. litecoind's is a limit, and 0 is
// none.
func (f *front) sendrawtransaction(ctx context.Context, params json.RawMessage) (json.RawMessage, error) {
	arguments, err := anyArguments(params)
	if err != nil {
		return nil, err
	}
	given := replaceTransaction(arguments)
	if len(arguments) > 1 {
		allowsHighFees, isBool := arguments[1].(bool)
		switch {
		case isBool && allowsHighFees:
			arguments[1] = 0
		case isBool:
			arguments = arguments[:1]
		}
	}
	var id string
	if err := f.rpc.call(ctx, &id, "sendrawtransaction", arguments...); err != nil {
		return nil, err
	}
	if isSapling(given) {
		id = transactionID(given)
	}
	return encode(id), nil
}

func (f *front) decoderawtransaction(ctx context.Context, params json.RawMessage) (json.RawMessage, error) {
	arguments, err := anyArguments(params)
	if err != nil {
		return nil, err
	}
	given := replaceTransaction(arguments)
	var decoded json.RawMessage
	if err := f.rpc.call(ctx, &decoded, "decoderawtransaction", arguments...); err != nil || !isSapling(given) {
		return decoded, err
	}
	return describeSapling(decoded, given)
}

// getrawtransaction finds a transaction by its id in either format.
func (f *front) getrawtransaction(ctx context.Context, params json.RawMessage) (json.RawMessage, error) {
	arguments, err := anyArguments(params)
	if err != nil {
		return nil, err
	}
	var found json.RawMessage
	err = f.rpc.call(ctx, &found, "getrawtransaction", arguments...)
	var refusal *rpcError
	if id, ok := firstText(arguments); ok && errors.As(err, &refusal) && refusal.Code == rpcNotFound {
		if arguments[0], err = f.history.litecoinID(ctx, id); err != nil {
			return nil, err
		}
		err = f.rpc.call(ctx, &found, "getrawtransaction", arguments...)
	}
	if err != nil {
		return nil, err
	}
	var text string
	if json.Unmarshal(found, &text) == nil {
		return encode(fromLitecoin(text)), nil
	}
	return fromLitecoinObject(found)
}

// getblock takes a height as well as a hash, as komodod does. Transactions in Sapling's format have their ids in that
// format.
func (f *front) getblock(ctx context.Context, params json.RawMessage) (json.RawMessage, error) {
	arguments, err := anyArguments(params)
	if err != nil {
		return nil, err
	}
	if text, ok := firstText(arguments); ok && len(text) < 64 {
		height, err := strconv.Atoi(text)
		if err != nil {
			return nil, &rpcError{rpcInvalidParameter, "Invalid block height parameter"}
		}
		if err := f.rpc.call(ctx, &arguments[0], "getblockhash", height); err != nil {
			return nil, err
		}
	}
	var found json.RawMessage
	if err := f.rpc.call(ctx, &found, "getblock", arguments...); err != nil {
		return nil, err
	}
	block := fields{}
	var ids []string
	switch {
	case json.Unmarshal(found, &block) != nil:
		return found, nil
	case json.Unmarshal(block["tx"], &ids) == nil:
		block["tx"], err = f.idsOfBlock(ctx, arguments[0])
	default:
		block["tx"], err = describeAll(block["tx"])
	}
	if err != nil {
		return nil, err
	}
	return encode(block), nil
}

// idsOfBlock returns the ids of a block's transactions. Only the transactions themselves tell their format.
func (f *front) idsOfBlock(ctx context.Context, hash any) (json.RawMessage, error) {
	var block readBlock
	if err := f.rpc.call(ctx, &block, "getblock", hash, 2); err != nil {
		return nil, err
	}
	ids := make([]string, len(block.Transactions))
	for i, transaction := range block.Transactions {
		ids[i] = transaction.ID
		if isSapling(transaction.Hex) {
			ids[i] = transactionID(fromLitecoin(transaction.Hex))
		}
	}
	return encode(ids), nil
}

func describeAll(list json.RawMessage) (json.RawMessage, error) {
	var transactions []json.RawMessage
	if err := json.Unmarshal(list, &transactions); err != nil {
		return nil, err
	}
	for i := range transactions {
		var err error
		if transactions[i], err = fromLitecoinObject(transactions[i]); err != nil {
			return nil, err
		}
	}
	return encode(transactions), nil
}

// fromLitecoinObject puts a transaction that has its own hex among its fields into Sapling's format, if it is one of these.
func fromLitecoinObject(transaction json.RawMessage) (json.RawMessage, error) {
	var own struct {
		Hex string `json:"hex"`
	}
	if err := json.Unmarshal(transaction, &own); err != nil || !isSapling(own.Hex) {
		return transaction, err
	}
	given := fromLitecoin(own.Hex)
	described, err := describeSapling(transaction, given)
	if err != nil {
		return nil, err
	}
	return join(described, encode(map[string]string{"hex": given})), nil
}

// describeSapling gives a decoded transaction the fields that komodod has for one in Sapling's format (komodo
// src/rpc/rawtransaction.cpp, TxToJSON), and takes those away that only litecoind has.
func describeSapling(decoded json.RawMessage, given string) (json.RawMessage, error) {
	transaction := fields{}
	if err := json.Unmarshal(decoded, &transaction); err != nil {
		return nil, err
	}
	for _, name := range []string{"hash", "hex", "size", "vsize", "weight"} {
		delete(transaction, name)
	}
	for name, value := range map[string]any{
		"txid": transactionID(given), "overwintered": true, "version": 4, "versiongroupid": "892f2085", "expiryheight": 0,
		"valueBalance": 0, "vShieldedSpend": []any{}, "vShieldedOutput": []any{}, "vjoinsplit": []any{},
	} {
		transaction[name] = encode(value)
	}
	return encode(transaction), nil
}

// replaceTransaction puts the transaction, which is the first argument, into litecoind's format. It returns the given one.
func replaceTransaction(arguments []any) string {
	given, ok := firstText(arguments)
	if ok {
		arguments[0] = toLitecoin(given)
	}
	return given
}

func firstText(arguments []any) (string, bool) {
	if len(arguments) == 0 {
		return "", false
	}
	text, ok := arguments[0].(string)
	return text, ok
}
