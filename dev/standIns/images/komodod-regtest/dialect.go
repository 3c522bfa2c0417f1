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

func needsRewriting(calls []request) bool {
	for _, call := range calls {
		if call.Method == "getinfo" || call.Method == "validateaddress" {
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
	switch call.Method {
	case "getinfo":
		return result(call.ID, func() (json.RawMessage, error) { return f.getinfo(ctx) })
	case "validateaddress":
		return result(call.ID, func() (json.RawMessage, error) { return f.validateaddress(ctx, call.Params) })
	}
	response, text, err := f.rpc.post(ctx, http.MethodPost, "/", encode(call))
	if err != nil {
		return 0, nil, err
	}
	return response.StatusCode, bytes.TrimSpace(text), nil
}

// result wraps what compute returns. An error that did not come from litecoind means that litecoind cannot be reached.
func result(id json.RawMessage, compute func() (json.RawMessage, error)) (int, json.RawMessage, error) {
	value, err := compute()
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
