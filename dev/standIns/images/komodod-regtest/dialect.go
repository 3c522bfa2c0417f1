package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
)

// parseCalls reads the calls in the body of a request. It returns none when it cannot read the body. litecoind then answers
// what is wrong with the body.
func parseCalls(body []byte) (calls []request, isBatch bool) {
	body = bytes.TrimSpace(body)
	if len(body) > 0 && body[0] == '[' {
		if json.Unmarshal(body, &calls) != nil || len(calls) == 0 {
			return nil, true
		}
		return calls, true
	}
	var call request
	if json.Unmarshal(body, &call) != nil {
		return nil, false
	}
	return []request{call}, false
}

// call answers one call, given its parameters.
type call func(f *front, ctx context.Context, params json.RawMessage) (json.RawMessage, error)

// rewritten are the calls that litecoind does not have, or answers in another way than komodod.
var rewritten = map[string]call{
	"getinfo":              (*front).getinfo,
	"validateaddress":      (*front).validateaddress,
	"backupwallet":         (*front).backupwallet,
	"lockunspent":          (*front).lockunspent,
	"calc_MoM":             (*front).calcMoM,
	"getblock":             (*front).getblock,
	"getrawtransaction":    (*front).getrawtransaction,
	"decoderawtransaction": (*front).decoderawtransaction,
	"signrawtransaction":   (*front).signrawtransaction,
	"sendrawtransaction":   (*front).sendrawtransaction,
}

func needsRewriting(calls []request) bool {
	for _, call := range calls {
		if rewritten[call.Method] != nil {
			return true
		}
	}
	return false
}

// loading is the answer of a daemon that loads its blocks, to every call (src/httprpc.cpp: 500, or 200 for a batch).
func loading(calls []request, isBatch bool) (int, []byte) {
	answers := make([]json.RawMessage, len(calls))
	for i, call := range calls {
		answers[i] = failure(call.ID, &rpcError{rpcWarmup, "Loading block index..."})
	}
	if isBatch {
		return http.StatusOK, append(encode(answers), '\n')
	}
	return http.StatusInternalServerError, append(answers[0], '\n')
}

// answerCall answers one call. The status is the one of a call that is no part of a batch.
func (f *front) answerCall(ctx context.Context, call request) (int, json.RawMessage, error) {
	if rewrite := rewritten[call.Method]; rewrite != nil {
		value, err := rewrite(f, ctx, call.Params)
		return result(call.ID, value, err)
	}
	response, text, err := f.rpc.post(ctx, http.MethodPost, "/", encode(call))
	if err != nil {
		return 0, nil, err
	}
	return response.StatusCode, bytes.TrimSpace(text), nil
}

// result wraps the value or the error of a call. An error that is no refusal means that litecoind cannot be reached.
func result(id, value json.RawMessage, err error) (int, json.RawMessage, error) {
	var refusal *rpcError
	switch {
	case err == nil:
		return http.StatusOK, encode(reply{Result: value, ID: id}), nil
	case errors.As(err, &refusal):
		return http.StatusInternalServerError, failure(id, refusal), nil
	default:
		return 0, nil, err
	}
}

func failure(id json.RawMessage, refusal *rpcError) json.RawMessage {
	return encode(reply{Error: refusal, ID: id})
}

// anyArguments returns the arguments of a call. Numbers keep their digits.
func anyArguments(params json.RawMessage) ([]any, error) {
	arguments := []any{}
	if len(params) == 0 {
		return arguments, nil
	}
	decoder := json.NewDecoder(bytes.NewReader(params))
	decoder.UseNumber()
	if decoder.Decode(&arguments) != nil {
		return nil, &rpcError{rpcInvalidRequest, "Params must be an array"}
	}
	return arguments, nil
}

// rpcInvalidRequest is the code for a request that is no JSON-RPC call (RPC_INVALID_REQUEST).
const rpcInvalidRequest = -32600

// encode returns the JSON of a value. It panics on a value that has no JSON, which no caller passes.
func encode(value any) []byte {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic(err)
	}
	return bytes.TrimSpace(text.Bytes())
}
