package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

const regtestPrefix = 111

// fakeDaemon answers the calls of a round over HTTP, with a wallet of the notary's outputs.
type fakeDaemon struct {
	t *testing.T
	// isNewer is true for one that is like litecoind 0.21, and false for one that is like komodod.
	isNewer bool

	mu      sync.Mutex
	height  int
	outputs []unspent
	locked  []string
	// sent are the transactions in hex.
	sent  []string
	calls []string
	// failure answers a call in the daemon's place.
	failure func(method string) (status int, body string)
}

// start serves the daemon and returns the coin that calls it.
func (d *fakeDaemon) start(symbol string) *coin {
	server := httptest.NewServer(d)
	d.t.Cleanup(server.Close)
	return newCoin(symbol, arguments{
		"rpchost": strings.TrimPrefix(server.URL, "http://"), "relay": -1.0, "pubval": float64(regtestPrefix),
	})
}

func (d *fakeDaemon) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	var call struct {
		Method string
		Params []json.RawMessage
	}
	if err := json.Unmarshal(body, &call); err != nil {
		d.t.Errorf("the call is no JSON: %s", body)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.calls = append(d.calls, call.Method)
	if d.failure != nil {
		if status, text := d.failure(call.Method); status != 0 {
			w.WriteHeader(status)
			_, _ = io.WriteString(w, text)
			return
		}
	}
	result := d.result(call.Method, call.Params)
	if result == nil {
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w, `{"result":null,"error":{"code":-32601,"message":"Method not found"},"id":"jl777"}`)
		return
	}
	_, _ = w.Write(encode(object{{"result", result}, {"error", nil}, {"id", "jl777"}}))
}

// result returns nil for a method that the daemon does not have.
func (d *fakeDaemon) result(method string, params []json.RawMessage) any {
	switch method {
	case "getbestblockhash":
		return blockHashAt(d.height)
	case "getblock":
		return object{{"height", d.height}}
	case "getblockhash":
		return blockHashAt(decoded[int](d.t, params[0]))
	case "listunspent":
		return slices.DeleteFunc(slices.Clone(d.outputs), func(u unspent) bool { return slices.Contains(d.locked, u.Txid) })
	case "lockunspent":
		txid := decoded[[]struct{ Txid string }](d.t, params[1])[0].Txid
		if !slices.ContainsFunc(d.outputs, func(u unspent) bool { return u.Txid == txid }) {
			return nil
		}
		if unlock := decoded[bool](d.t, params[0]); unlock {
			d.locked = slices.DeleteFunc(d.locked, func(locked string) bool { return locked == txid })
		} else {
			d.locked = append(d.locked, txid)
		}
		return true
	case "sendrawtransaction":
		tx := decoded[string](d.t, params[0])
		d.sent = append(d.sent, tx)
		d.outputs = slices.DeleteFunc(d.outputs, func(u unspent) bool { return spends(tx, u.Txid) })
		return txidOf(tx)
	case "signrawtransaction", "signrawtransactionwithwallet":
		if d.isNewer != (method == "signrawtransactionwithwallet") {
			return nil
		}
		return object{{"hex", decoded[string](d.t, params[0])}, {"complete", true}}
	}
	if d.isNewer {
		return nil
	}
	switch method {
	case "getinfo":
		return object{{"blocks", d.height}, {"prevMoMheight", 3}}
	case "calc_MoM":
		height, _ := strconv.Atoi(decoded[string](d.t, params[0]))
		depth, _ := strconv.Atoi(decoded[string](d.t, params[1]))
		return object{{"MoM", momOf(height, depth)}}
	}
	return nil
}

func (d *fakeDaemon) fund(publicKey []byte, count int) {
	for range count {
		id := sha256.Sum256(fmt.Append(nil, d, len(d.outputs)))
		d.outputs = append(d.outputs, unspent{
			Txid: hex.EncodeToString(id[:]), Vout: 1, Address: address(publicKey, regtestPrefix), Amount: 0.0001,
			ScriptPubKey: hex.EncodeToString(payToPublicKey(publicKey)),
		})
	}
}

func (d *fakeDaemon) state() (sent, locked, calls []string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.sent), slices.Clone(d.locked), slices.Clone(d.calls)
}

func (d *fakeDaemon) fail(failure func(method string) (int, string)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.failure = failure
}

func decoded[T any](t *testing.T, text json.RawMessage) T {
	var value T
	if err := json.Unmarshal(text, &value); err != nil {
		t.Errorf("%s: %v", text, err)
	}
	return value
}

func blockHashAt(height int) string { return fmt.Sprintf("%064x", 0xb10c0000+height) }

func momOf(height, depth int) string { return fmt.Sprintf("%064x", 0xab0000000000+height<<16+depth) }

func txidOf(tx string) string {
	raw, err := hex.DecodeString(tx)
	if err != nil {
		return ""
	}
	first := sha256.Sum256(raw)
	second := sha256.Sum256(first[:])
	slices.Reverse(second[:])
	return hex.EncodeToString(second[:])
}

func spends(tx, txid string) bool {
	input, err := reversed(txid)
	return err == nil && strings.Contains(tx, hex.EncodeToString(input))
}

// eventually waits until a condition holds.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not seen: %s", what)
		}
	}
}
