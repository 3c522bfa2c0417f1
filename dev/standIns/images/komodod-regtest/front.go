package main

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"
)

// front is the chain's RPC server. It passes calls on to litecoind, and answers those calls that litecoind
// lacks or answers in another way than komodod.
type front struct {
	chain   *chain
	rpc     *rpcClient
	history *history
	ready   atomic.Bool
}

func newFront(c *chain, rpc *rpcClient) *front {
	return &front{chain: c, rpc: rpc, history: newHistory(c.name, rpc)}
}

// setReady tells the front that the daemon has loaded. Before, every call gets the answer that the daemon is loading.
func (f *front) setReady() { f.ready.Store(true) }

// listen opens the RPC port, on loopback only, and serves it in the background.
func (f *front) listen() error {
	listener, err := net.Listen("tcp4", fmt.Sprintf("127.0.0.1:%d", f.chain.rpcPort))
	if err != nil {
		return err
	}
	go func() {
		// The process ends with litecoind, not with this server.
		log.Print(http.Serve(listener, f))
	}()
	return nil
}

func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !f.authorized(r) {
		// The daemons also wait for a quarter of a second here, to slow the guessing of passwords down (src/httprpc.cpp).
		time.Sleep(250 * time.Millisecond)
		w.Header().Set("WWW-Authenticate", `Basic realm="jsonrpc"`)
		answer(w, http.StatusUnauthorized, "text/html; charset=ISO-8859-1", nil)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	calls, isBatch := parseCalls(body)
	switch {
	case calls != nil && !f.ready.Load():
		status, text := loading(calls, isBatch)
		answer(w, status, "application/json", text)
	case needsRewriting(calls):
		f.answerCalls(w, r, calls, isBatch)
	default:
		f.passOn(w, r, body)
	}
}

// passOn gives the caller litecoind's own answer.
func (f *front) passOn(w http.ResponseWriter, r *http.Request, body []byte) {
	response, text, err := f.rpc.post(r.Context(), r.Method, r.URL.RequestURI(), body)
	if err != nil {
		dropConnection()
	}
	answer(w, response.StatusCode, response.Header.Get("Content-Type"), text)
}

// answerCalls answers a request in which litecoind cannot answer at least one call. It answers each call separately.
func (f *front) answerCalls(w http.ResponseWriter, r *http.Request, calls []request, isBatch bool) {
	answers := make([]json.RawMessage, len(calls))
	status := http.StatusOK
	for i, call := range calls {
		var err error
		if status, answers[i], err = f.answerCall(r.Context(), call); err != nil {
			dropConnection()
		}
	}
	text := []byte(answers[0])
	if isBatch {
		// Single calls of a batch may fail, but the batch itself always succeeds.
		status, text = http.StatusOK, encode(answers)
	}
	answer(w, status, "application/json", append(text, '\n'))
}

// authorized compares hashes, because that takes the same time wherever the first difference is.
func (f *front) authorized(r *http.Request) bool {
	user, password, ok := r.BasicAuth()
	given := sha256.Sum256([]byte(user + ":" + password))
	wanted := sha256.Sum256([]byte(f.chain.rpcUser + ":" + f.chain.rpcPass))
	return ok && subtle.ConstantTimeCompare(given[:], wanted[:]) == 1
}

// answer writes head and body in one piece. Two pieces would cost a caller on a kept-alive connection 40 ms, because one
// side then waits for an acknowledgement that the other side delays.
func answer(w http.ResponseWriter, status int, contentType string, body []byte) {
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	// An error means that the caller has gone, so it needs no answer.
	_, _ = w.Write(body)
}

// dropConnection closes the connection without an answer, as a daemon does when it ends.
func dropConnection() { panic(http.ErrAbortHandler) }
