package main

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// scripted answers each call, written as method and parameters, with what a test says. A value that starts with "refused "
// is an error with the code -8. It notes the calls that it got.
type scripted struct {
	answers map[string]string
	calls   []string
}

func (s *scripted) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	var call request
	_ = json.Unmarshal(body, &call)
	key := call.Method + " " + string(call.Params)
	s.calls = append(s.calls, key)
	answer, ok := s.answers[key]
	refused, isRefusal := strings.CutPrefix(answer, "refused ")
	switch {
	case !ok:
		_, _ = w.Write(failure(call.ID, &rpcError{rpcNotFound, "no answer to " + key}))
	case isRefusal:
		_, _ = w.Write(failure(call.ID, &rpcError{rpcInvalidParameter, refused}))
	default:
		_, _ = w.Write(encode(reply{Result: json.RawMessage(answer), ID: call.ID}))
	}
}

func scriptedFront(t *testing.T, chainName string, answers map[string]string) (*front, *scripted) {
	t.Helper()
	script := &scripted{answers: answers}
	server := httptest.NewServer(script)
	t.Cleanup(server.Close)
	return newFront(&chain{name: chainName}, newRPCClient(strings.TrimPrefix(server.URL, "http://"), "", "")), script
}

func expectAnswer(t *testing.T, f *front, method, params, want string) {
	t.Helper()
	got, err := rewritten[method](f, context.Background(), json.RawMessage(params))
	if err != nil || string(got) != want {
		t.Errorf("%s %s: got %s, %v", method, params, got, err)
	}
}

func expectRefusal(t *testing.T, f *front, method, params, want string) {
	t.Helper()
	got, err := rewritten[method](f, context.Background(), json.RawMessage(params))
	var refusal *rpcError
	if !errors.As(err, &refusal) || !strings.Contains(refusal.Message, want) {
		t.Errorf("%s %s: got %s, %v", method, params, got, err)
	}
}

// A transaction as Iguana writes it for komodod and as litecoind stores it. Its body is not looked at. The id was computed
// with another program.
const (
	saplingHex  = "0400008085202f89" + "01aabb00000000" + "000000000000000000000000000000"
	litecoinHex = "04000080" + "01aabb00000000"
	saplingID   = "81df3cd8c61cda3b1e13a16ababe1c6e2a2632b9603f3b983a21e5076f20ef45"
)

func TestSaplingFormat(t *testing.T) {
	if got := toLitecoin(saplingHex); got != litecoinHex {
		t.Errorf("to litecoin: %s", got)
	}
	if got := fromLitecoin(litecoinHex); got != saplingHex {
		t.Errorf("from litecoin: %s", got)
	}
	if got := transactionID(saplingHex); got != saplingID {
		t.Errorf("id: %s", got)
	}
	expires := strings.TrimSuffix(saplingHex, strings.Repeat("00", 15)) + "01" + strings.Repeat("00", 14)
	for _, other := range []string{"0100000001aabb", "zz", "", "0400008085202f89", expires} {
		if got := toLitecoin(other); got != other {
			t.Errorf("%s became %s", other, got)
		}
	}
	if got := fromLitecoin("0100000001aabb"); got != "0100000001aabb" {
		t.Errorf("an older version became %s", got)
	}
}

func TestTransactionsInSaplingsFormat(t *testing.T) {
	hash := strings.Repeat("ab", 32)
	const decoded = `{"txid":"inner","hash":"inner","version":-2147483644,"size":9,"vin":[]}`
	f, _ := scriptedFront(t, "BEER", map[string]string{
		`sendrawtransaction ["` + litecoinHex + `"]`:                             `"inner"`,
		`sendrawtransaction ["` + litecoinHex + `",0]`:                           `"inner"`,
		`sendrawtransaction ["0100"]`:                                            `"plain"`,
		`decoderawtransaction ["` + litecoinHex + `"]`:                           decoded,
		`decoderawtransaction ["0100"]`:                                          `{"version":1}`,
		`signrawtransactionwithwallet ["` + litecoinHex + `",[{"vout":0}],null]`: `{"hex":"` + litecoinHex + `","complete":true}`,
		`signrawtransactionwithkey ["0100",["key"],null,"ALL"]`:                  `{"hex":"0101","complete":true}`,
		`signrawtransactionwithwallet ["0102",null,null]`:                        `{"hex":"0102","complete":false,"errors":[{"txid":"aa","vout":1,"witness":[],"scriptSig":"","sequence":4294967295,"error":"no key"}]}`,
		`getblockcount []`:                                                       `0`,
		`getblockhash [0]`:                                                       `"` + hash + `"`,
		`getblock ["` + hash + `",2]`:                                            `{"hash":"` + hash + `","merkleroot":"aa","tx":[{"txid":"inner","hex":"` + litecoinHex + `","vout":[]},{"txid":"plain","hex":"0100","vout":[]}]}`,
		`getblock ["` + hash + `"]`:                                              `{"height":0,"tx":["inner","plain"]}`,
		`getblock ["` + hash + `",0]`:                                            `"00ff"`,
		`getrawtransaction ["inner",1]`:                                          `{"txid":"inner","hash":"inner","version":-2147483644,"hex":"` + litecoinHex + `"}`,
		`getrawtransaction ["inner"]`:                                            `"` + litecoinHex + `"`,
		`getrawmempool []`:                                                       `[]`,
	})
	const described = `{"expiryheight":0,"overwintered":true,"txid":"` + saplingID + `","vShieldedOutput":[],"vShieldedSpend":[],` +
		`"valueBalance":0,"version":4,"versiongroupid":"892f2085"`
	expectAnswer(t, f, "sendrawtransaction", `["`+saplingHex+`"]`, `"`+saplingID+`"`)
	expectAnswer(t, f, "sendrawtransaction", `["`+saplingHex+`",true]`, `"`+saplingID+`"`)
	expectAnswer(t, f, "sendrawtransaction", `["0100",false]`, `"plain"`)
	expectAnswer(t, f, "decoderawtransaction", `["`+saplingHex+`"]`, described+`,"vin":[],"vjoinsplit":[]}`)
	expectAnswer(t, f, "decoderawtransaction", `["0100"]`, `{"version":1}`)
	expectAnswer(t, f, "signrawtransaction", `["`+saplingHex+`",[{"vout":0}]]`, `{"hex":"`+saplingHex+`","complete":true}`)
	expectAnswer(t, f, "signrawtransaction", `["0100",null,["key"],"ALL"]`, `{"hex":"0101","complete":true}`)
	expectAnswer(t, f, "signrawtransaction", `["0102"]`,
		`{"hex":"0102","complete":false,"errors":[{"txid":"aa","vout":1,"scriptSig":"","sequence":4294967295,"error":"no key"}]}`)
	expectRefusal(t, f, "signrawtransaction", `[]`, "signrawtransaction")
	expectAnswer(t, f, "getblock", `["`+hash+`"]`, `{"height":0,"tx":["`+saplingID+`","plain"]}`)
	expectAnswer(t, f, "getblock", `["0"]`, `{"height":0,"tx":["`+saplingID+`","plain"]}`)
	expectAnswer(t, f, "getblock", `["`+hash+`",0]`, `"00ff"`)
	expectRefusal(t, f, "getblock", `["x"]`, "Invalid block height")
	expectAnswer(t, f, "getrawtransaction", `["`+saplingID+`",1]`, described+`,"vjoinsplit":[],"hex":"`+saplingHex+`"}`)
	expectAnswer(t, f, "getrawtransaction", `["`+saplingID+`"]`, `"`+saplingHex+`"`)
	expectRefusal(t, f, "getrawtransaction", `["unknown"]`, "no answer")
}

func TestATransactionOfTheMempoolIsFound(t *testing.T) {
	f, _ := scriptedFront(t, "BEER", map[string]string{
		`getblockcount []`:              `-1`,
		`getrawmempool []`:              `["inner"]`,
		`getrawtransaction ["inner"]`:   `"` + litecoinHex + `"`,
		`getrawtransaction ["inner",0]`: `"` + litecoinHex + `"`,
	})
	expectAnswer(t, f, "getrawtransaction", `["`+saplingID+`",0]`, `"`+saplingHex+`"`)
}

func TestLockunspentAcceptsAnyState(t *testing.T) {
	f, script := scriptedFront(t, "KMD", map[string]string{
		`lockunspent [true]`:                `true`,
		`lockunspent [false,[{"vout":0}]]`:  `true`,
		`lockunspent [false,[{"vout":1}]]`:  "refused Invalid parameter, output already locked",
		`lockunspent [false,[{"vout":2}]]`:  "refused Invalid parameter, unknown transaction",
		`lockunspent [true,[{"vout":3}]]`:   "refused Invalid parameter, expected locked output",
		`lockunspent [true,[{"txid":"x"}]]`: "refused txid must be of length 64",
	})
	expectAnswer(t, f, "lockunspent", `[true]`, `true`)
	expectAnswer(t, f, "lockunspent", `[false,[{"vout":1},{"vout":2},{"vout":0}]]`, `true`)
	if got := script.calls[len(script.calls)-1]; got != `lockunspent [false,[{"vout":0}]]` {
		t.Errorf("the last output was not locked, but %s", got)
	}
	expectAnswer(t, f, "lockunspent", `[true,[{"vout":3}]]`, `true`)
	expectRefusal(t, f, "lockunspent", `[true,[{"txid":"x"}]]`, "length 64")
}

// ownScript returns the script of a chain's own notarisation.
func ownScript(hash string, height byte, destTxID, name, rest string) string {
	data := hash + hex.EncodeToString([]byte{height, 0, 0, 0}) + destTxID + hex.EncodeToString([]byte(name)) + "00" + rest
	return "6a4c" + hex.EncodeToString([]byte{byte(len(data) / 2)}) + data
}

func TestParseNotarization(t *testing.T) {
	hash, destTxID := strings.Repeat("ab", 32), "01"+strings.Repeat("00", 31)
	mom := strings.Repeat("cd", 32)
	for name, test := range map[string]struct {
		script string
		found  bool
		hasMoM bool
	}{
		"with a MoM":             {ownScript(hash, 9, destTxID, "BEER", mom+"05000000"), true, true},
		"with a group of chains": {ownScript(hash, 9, destTxID, "BEER", mom+"05000200"), true, true},
		"without":                {ownScript(hash, 9, destTxID, "BEER", ""), true, false},
		"too deep":               {ownScript(hash, 9, destTxID, "BEER", mom+"0a000000"), true, false},
		"another chain's":        {ownScript(hash, 9, destTxID, "PIZZA", ""), false, false},
		"on the destination":     {ownScript(hash, 9, "", "BEER", mom+"05000000"), false, false},
		"no OP_RETURN":           {"76a914", false, false},
		"cut short":              {"6a4cff00", false, false},
		"no hex":                 {"x", false, false},
	} {
		got, ok := parseNotarization([]string{"21", test.script}, "BEER")
		if ok != test.found || got.hasMoM != test.hasMoM {
			t.Errorf("%s: got %v, %v", name, got, ok)
		}
		if ok && (got.hash != hash || got.height != 9 || got.destTxID != strings.Repeat("00", 31)+"01") {
			t.Errorf("%s: got %v", name, got)
		}
	}
	if _, ok := parseNotarization([]string{ownScript(hash, 9, destTxID, "BEER", "")}, "BEER"); ok {
		t.Error("found in the first output")
	}
}

func TestHistoryFollowsNotarizationsAndReorganisations(t *testing.T) {
	hashes := []string{strings.Repeat("a0", 32), strings.Repeat("a1", 32), strings.Repeat("a2", 32)}
	root := func(at byte) string { return strings.Repeat("0", 62) + hex.EncodeToString([]byte{at}) }
	notarizes := func(hash string, height byte) string {
		script := ownScript(hash, height, strings.Repeat("00", 32), "BEER", strings.Repeat("cd", 32)+"01000000")
		return `{"txid":"t","hex":"01","vout":[{"scriptPubKey":{"hex":"21"}},{"scriptPubKey":{"hex":"` + script + `"}}]}`
	}
	foreign := notarizes(strings.Repeat("ee", 32), 1)
	answers := map[string]string{
		`getblockcount []`: `2`,
		`getblockhash [0]`: `"` + hashes[0] + `"`, `getblockhash [1]`: `"` + hashes[1] + `"`, `getblockhash [2]`: `"` + hashes[2] + `"`,
		`getblock ["` + hashes[0] + `",2]`: `{"hash":"` + hashes[0] + `","merkleroot":"` + root(0) + `","tx":[]}`,
		`getblock ["` + hashes[1] + `",2]`: `{"hash":"` + hashes[1] + `","merkleroot":"` + root(1) + `","tx":[` + notarizes(hashes[1], 1) + `]}`,
		`getblock ["` + hashes[2] + `",2]`: `{"hash":"` + hashes[2] + `","merkleroot":"` + root(2) + `","tx":[` + foreign + `,` + notarizes(hashes[1], 1) + `]}`,
	}
	f, script := scriptedFront(t, "BEER", answers)
	ctx := context.Background()
	last, prevMoMHeight, err := f.history.notarized(ctx)
	if err != nil || last.height != 1 || last.hash != hashes[1] || prevMoMHeight != 1 {
		t.Errorf("got %v, %d, %v", last, prevMoMHeight, err)
	}
	// The roots of one block are that block's own.
	expectAnswer(t, f, "calc_MoM", `["2","1"]`, `{"coin":"BEER","height":2,"MoMdepth":1,"MoM":"`+root(2)+`"}`)
	expectAnswer(t, f, "calc_MoM", `["3","1"]`, `{"coin":"BEER","height":3,"MoMdepth":1,"MoM":"`+zeroHash+`"}`)
	expectRefusal(t, f, "calc_MoM", `["2","2"]`, "illegal height or MoMdepth")
	expectRefusal(t, f, "calc_MoM", `["2"]`, "calc_MoM height MoMdepth")
	expectRefusal(t, f, "calc_MoM", `[2,1]`, "not a string")

	// The last block is replaced by one without transactions.
	other := strings.Repeat("b2", 32)
	answers[`getblockhash [2]`] = `"` + other + `"`
	answers[`getblock ["`+other+`",2]`] = `{"hash":"` + other + `","merkleroot":"` + root(9) + `","tx":[]}`
	last, prevMoMHeight, err = f.history.notarized(ctx)
	if err != nil || last.height != 0 || prevMoMHeight != 0 {
		t.Errorf("after a reorganisation: got %v, %d, %v", last, prevMoMHeight, err)
	}
	expectAnswer(t, f, "calc_MoM", `["2","1"]`, `{"coin":"BEER","height":2,"MoMdepth":1,"MoM":"`+root(9)+`"}`)
	before := len(script.calls)
	if _, _, err := f.history.notarized(ctx); err != nil || len(script.calls) != before+2 {
		t.Errorf("nothing is new, but there were %d calls, %v", len(script.calls)-before, err)
	}
}
