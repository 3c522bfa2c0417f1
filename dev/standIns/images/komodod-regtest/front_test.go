package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// litecoinAnswers are shortened results of a real litecoind 0.21.
var litecoinAnswers = map[string]string{
	"getblockchaininfo": `{"blocks":3,"headers":4,"difficulty":4.656542373906925e-10}`,
	"getnetworkinfo":    `{"version":210201,"protocolversion":70016,"timeoffset":0,"connections":0,"relayfee":0.00001000}`,
	"getwalletinfo":     `{"walletversion":210000,"balance":50.00000000,"keypoolsize":1000,"paytxfee":0.00000000}`,
	"getblockcount":     `3`,
	"getblockhash":      `"aa"`,
	"getblock":          `{"hash":"aa","merkleroot":"bb","tx":[]}`,
}

// answerAsLitecoin answers as litecoind does: it has no getinfo, and no ismine in validateaddress.
func answerAsLitecoin(w http.ResponseWriter, r *http.Request) {
	if user, password, _ := r.BasicAuth(); user != daemonUser || password != "inner" {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	body, _ := io.ReadAll(r.Body)
	var call request
	if json.Unmarshal(body, &call) != nil {
		w.WriteHeader(http.StatusInternalServerError)
		_, _ = io.WriteString(w, `{"result":null,"error":{"code":-32700,"message":"Parse error"},"id":null}`)
		return
	}
	result := litecoinAnswers[call.Method]
	switch call.Method + " " + string(call.Params) {
	case `validateaddress ["good"]`:
		result = `{"isvalid":true,"address":"good"}`
	case `validateaddress ["bad"]`:
		result = `{"isvalid":false}`
	case `getaddressinfo ["good"]`:
		result = `{"address":"good","ismine":true,"iswatchonly":false,"pubkey":"02aa","iscompressed":true}`
	}
	if result == "" {
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w, `{"result":null,"error":{"code":-32601,"message":"Method not found"},"id":`+string(call.ID)+`}`)
		return
	}
	_, _ = io.WriteString(w, `{"result":`+result+`,"error":null,"id":`+string(call.ID)+"}\n")
}

// serveFront starts a front with a litecoind behind it. It returns a function that posts to the front.
func serveFront(t *testing.T, ready bool) (post func(user, password, body string) (int, string)) {
	t.Helper()
	litecoin := httptest.NewServer(http.HandlerFunc(answerAsLitecoin))
	t.Cleanup(litecoin.Close)
	c := &chain{name: "BEER", rpcUser: "u", rpcPass: "p", rpcPort: 8923, p2pPort: 8922, publicKey: "02bb"}
	f := newFront(c, newRPCClient(strings.TrimPrefix(litecoin.URL, "http://"), daemonUser, "inner"))
	f.ready.Store(ready)
	server := httptest.NewServer(f)
	t.Cleanup(server.Close)
	return func(user, password, body string) (int, string) {
		t.Helper()
		call, err := http.NewRequest(http.MethodPost, server.URL, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		call.SetBasicAuth(user, password)
		response, err := http.DefaultClient.Do(call)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		text, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		return response.StatusCode, strings.TrimSpace(string(text))
	}
}

func TestFrontRewrites(t *testing.T) {
	post := serveFront(t, true)
	const zeros = "0000000000000000000000000000000000000000000000000000000000000000"
	const getinfo = `{"version":210201,"protocolversion":70016,"KMDversion":"regtest stand-in","notarized":0,` +
		`"prevMoMheight":0,"notarizedhash":"` + zeros + `","notarizedtxid":"` + zeros + `",` +
		`"walletversion":210000,"balance":50.00000000,"blocks":3,"longestchain":4,"timeoffset":0,"tls_connections":0,` +
		`"connections":0,"proxy":"","testnet":false,"difficulty":4.656542373906925e-10,"keypoolsize":1000,` +
		`"paytxfee":0.00000000,"relayfee":0.00001000,"errors":"","pubkey":"02bb","name":"BEER","p2pport":8922,"rpcport":8923}`
	const owned = `{"isvalid":true,"address":"good","ismine":true,"iswatchonly":false,"pubkey":"02aa","iscompressed":true}`
	for name, test := range map[string]struct {
		body   string
		status int
		want   string
	}{
		"getinfo":       {`{"method":"getinfo","id":"jl777"}`, 200, `{"result":` + getinfo + `,"error":null,"id":"jl777"}`},
		"without an id": {`{"method":"validateaddress","params":["bad"]}`, 200, `{"result":{"isvalid":false},"error":null,"id":null}`},
		"ismine":        {`{"method":"validateaddress","params":["good"],"id":1}`, 200, `{"result":` + owned + `,"error":null,"id":1}`},
		"a refusal":     {`{"method":"validateaddress","params":[],"id":1}`, 500, `{"result":null,"error":{"code":-32601,"message":"Method not found"},"id":1}`},
		"passed on":     {`{"method":"getblockcount","id":1}`, 200, `{"result":3,"error":null,"id":1}`},
		"its status":    {`{"method":"nope","id":1}`, 404, `{"result":null,"error":{"code":-32601,"message":"Method not found"},"id":1}`},
		"no JSON":       {`{`, 500, `{"result":null,"error":{"code":-32700,"message":"Parse error"},"id":null}`},
		"a batch of both": {
			`[{"method":"validateaddress","params":["good"],"id":1},{"method":"getblockcount","id":"x"},{"method":"nope","id":2}]`, 200,
			`[{"result":` + owned + `,"error":null,"id":1},{"result":3,"error":null,"id":"x"},` +
				`{"result":null,"error":{"code":-32601,"message":"Method not found"},"id":2}]`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			if status, text := post("u", "p", test.body); status != test.status || text != test.want {
				t.Errorf("got %d %s", status, text)
			}
		})
	}
}

func TestFrontRefusesStrangers(t *testing.T) {
	post := serveFront(t, true)
	for _, pair := range [][2]string{{"u", "x"}, {"x", "p"}, {"", ""}, {daemonUser, "inner"}} {
		if status, text := post(pair[0], pair[1], `{"method":"getblockcount"}`); status != 401 || text != "" {
			t.Errorf("%v: got %d %q", pair, status, text)
		}
	}
}

func TestFrontIsLoadingUntilReady(t *testing.T) {
	post := serveFront(t, false)
	const loading = `{"result":null,"error":{"code":-28,"message":"Loading block index..."},"id":1}`
	if status, text := post("u", "p", `{"method":"getblockcount","id":1}`); status != 500 || text != loading {
		t.Errorf("got %d %s", status, text)
	}
	if status, text := post("u", "p", `[{"method":"getinfo","id":1}]`); status != 200 || text != "["+loading+"]" {
		t.Errorf("got %d %s", status, text)
	}
	if status, _ := post("u", "x", `{"method":"getblockcount","id":1}`); status != 401 {
		t.Errorf("a stranger got %d", status)
	}
}

func TestFrontDropsTheConnectionOfADaemonThatIsGone(t *testing.T) {
	litecoin := httptest.NewServer(http.HandlerFunc(answerAsLitecoin))
	f := newFront(&chain{rpcUser: "u", rpcPass: "p"}, newRPCClient(strings.TrimPrefix(litecoin.URL, "http://"), daemonUser, "inner"))
	f.setReady()
	litecoin.Close()
	server := httptest.NewServer(f)
	defer server.Close()
	for _, body := range []string{`{"method":"getblockcount"}`, `{"method":"getinfo"}`} {
		call, err := http.NewRequest(http.MethodPost, server.URL, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		call.SetBasicAuth("u", "p")
		if response, err := http.DefaultClient.Do(call); err == nil {
			response.Body.Close()
			t.Errorf("%s: got %s", body, response.Status)
		}
	}
}
