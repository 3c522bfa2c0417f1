package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
)

// rpcClient calls one daemon's JSON-RPC.
type rpcClient struct {
	url      string
	user     string
	password string
	http     *http.Client
}

func newRPCClient(address, user, password string) *rpcClient {
	return &rpcClient{
		url: "http://" + address, user: user, password: password,
		// A litecoind that ends waits until all connections are closed (StopHTTPServer, src/httpserver.cpp).
		http: &http.Client{Transport: &http.Transport{DisableKeepAlives: true}},
	}
}

// rpcError is the `error` of an answer.
type rpcError struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
}

func (e *rpcError) Error() string { return fmt.Sprintf("%s (%d)", e.Message, e.Code) }

// rpcWarmup is the code of a daemon's error while it loads (RPC_IN_WARMUP, src/rpc/protocol.h).
const rpcWarmup = -28

// reply is one JSON-RPC answer. Its fields are in the order in which daemons write them.
type reply struct {
	Result json.RawMessage `json:"result"`
	Error  *rpcError       `json:"error"`
	ID     json.RawMessage `json:"id"`
}

// request is one JSON-RPC call.
type request struct {
	Method string          `json:"method"`
	Params json.RawMessage `json:"params,omitempty"`
	ID     json.RawMessage `json:"id,omitempty"`
}

// post sends a body unchanged and returns the response and its body.
func (c *rpcClient) post(ctx context.Context, method, path string, body []byte) (*http.Response, []byte, error) {
	call, err := http.NewRequestWithContext(ctx, method, c.url+path, bytes.NewReader(body))
	if err != nil {
		return nil, nil, err
	}
	call.SetBasicAuth(c.user, c.password)
	response, err := c.http.Do(call)
	if err != nil {
		return nil, nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	return response, answer, err
}

// call makes one call and stores its result in `result`, unless that is nil.
func (c *rpcClient) call(ctx context.Context, result any, method string, params ...any) error {
	if params == nil {
		params = []any{}
	}
	encoded, err := json.Marshal(params)
	if err != nil {
		return err
	}
	body, err := json.Marshal(request{Method: method, Params: encoded, ID: json.RawMessage(`"front"`)})
	if err != nil {
		return err
	}
	response, text, err := c.post(ctx, http.MethodPost, "/", body)
	if err != nil {
		return err
	}
	var answer reply
	if err := json.Unmarshal(text, &answer); err != nil {
		return fmt.Errorf("%s: %s", method, response.Status)
	}
	if answer.Error != nil {
		return answer.Error
	}
	if result == nil {
		return nil
	}
	return json.Unmarshal(answer.Result, result)
}
