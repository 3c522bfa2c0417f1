package main

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"math"
	"math/rand/v2"
	"slices"
)

// unspent is an entry of a daemon's listunspent. Older daemons say `value` in the place of `amount`.
type unspent struct {
	Txid         string  `json:"txid"`
	Vout         uint32  `json:"vout"`
	Address      string  `json:"address"`
	ScriptPubKey string  `json:"scriptPubKey"`
	Amount       float64 `json:"amount"`
	Value        float64 `json:"value"`
	Spendable    *bool   `json:"spendable"`
}

// takeUTXO chooses one of the notary's outputs at random, and locks it in the daemon of KMD. Iguana locks no output of
// another chain (dpow_statemachinestart, dpow_fsm.c:546-571). It returns nil when there is none. Only outputs of exactly the
// chain's size that pay to a public key count (dpow_haveutxo, dpow_rpc.c:1030-1085).
//
// Iguana draws as often as there are outputs and may miss the only suitable one. The stand-in finds it.
func (c *coin) takeUTXO(address, source string) *utxo {
	if !c.native {
		return nil
	}
	c.picking.Lock()
	defer c.picking.Unlock()
	var listed []unspent
	if err := json.Unmarshal([]byte(c.passthru("listunspent", params(1, 99999999, []string{address}))), &listed); err != nil {
		log.Printf("null return from dpow_listunspent of %s", c.symbol)
		return nil
	}
	suitable := slices.DeleteFunc(listed, func(u unspent) bool { return !u.suits(c.symbol, address) })
	if len(suitable) == 0 {
		log.Printf("no (%s -> %s) utxo: need to fund address.(%s) or wait for splitfund to confirm", source, c.symbol, address)
		return nil
	}
	chosen := suitable[rand.IntN(len(suitable))]
	taken := &utxo{chosen.Txid, chosen.Vout}
	if c.locks() {
		if answer := c.lockUnspent(false, taken); answer != "true" {
			log.Printf("<<<< FAILED TO LOCK %s UTXO.(%s) vout.(%d): %s", c.symbol, taken.txid, taken.vout, answer)
			return nil
		}
		log.Printf(">>>> LOCKED %s UTXO.(%s) vout.(%d)", c.symbol, taken.txid, taken.vout)
	}
	return taken
}

// suits tells whether Iguana would spend an output.
func (u unspent) suits(symbol, address string) bool {
	amount := u.Amount
	if amount == 0 {
		amount = u.Value
	}
	payToPublicKeyLength := 2 * 35
	return (u.Spendable == nil || *u.Spendable) && int64(math.Round(amount*1e8)) == utxoSize(symbol) &&
		u.Address == address && len(u.ScriptPubKey) == payToPublicKeyLength && isHash(u.Txid)
}

func (c *coin) locks() bool { return c.symbol == "KMD" }

// giveBack unlocks an output that takeUTXO locked. The daemon refuses that for one that was spent meanwhile, which is no error
// here.
func (c *coin) giveBack(taken *utxo) {
	if taken != nil && c.locks() && c.lockUnspent(true, taken) == "true" {
		log.Printf(">>>> UNLOCKED %s UTXO.(%s) vout.(%d)", c.symbol, taken.txid, taken.vout)
	}
}

func (c *coin) lockUnspent(unlock bool, output *utxo) string {
	return c.passthru("lockunspent", params(unlock, []object{{{"txid", output.txid}, {"vout", output.vout}}}))
}

// spend makes, signs and sends a transaction that spends one output of the notary and carries a notarisation. It returns the
// transaction's id.
func (c *coin) spend(input utxo, publicKey []byte, statement notarisation) (string, error) {
	script, err := statement.script()
	if err != nil {
		return "", err
	}
	unsigned, err := unsignedTransaction(input, crypto777Value(c.symbol, 1), script, c.sapling)
	if err != nil {
		return "", err
	}
	signed, err := c.sign(unsigned, input, payToPublicKey(publicKey))
	if err != nil {
		return "", err
	}
	txid := c.passthru("sendrawtransaction", params(signed))
	log.Printf(">>>>>>>>>>> %s dpow_sendrawtransaction (%s)", c.symbol, txid)
	if !isHash(txid) {
		return "", fmt.Errorf("%s: sendrawtransaction answers %q", c.symbol, txid)
	}
	return txid, nil
}

// sign has the daemon's wallet sign a transaction, and returns it in hex. After the first error it always calls
// signrawtransactionwithwallet, but only for chains of which Iguana knows that they need it (dpow_signrawtransaction,
// dpow_rpc.c:722-745).
func (c *coin) sign(unsigned []byte, input utxo, scriptPubKey []byte) (string, error) {
	spent := object{
		{"txid", input.txid}, {"vout", input.vout}, {"amount", float64(utxoSize(c.symbol)) / 1e8},
		{"scriptPubKey", hex.EncodeToString(scriptPubKey)},
	}
	call := params(hex.EncodeToString(unsigned), []object{spent})
	c.mu.Lock()
	method := c.signTransaction
	c.mu.Unlock()
	answer, err := parseArguments([]byte(c.passthru(method, call)))
	if err == nil && answer.has("error") && method == "signrawtransaction" && slices.Contains(newerDaemons, c.symbol) {
		c.mu.Lock()
		c.signTransaction = "signrawtransactionwithwallet"
		c.mu.Unlock()
		answer, err = parseArguments([]byte(c.passthru("signrawtransactionwithwallet", call)))
	}
	if err != nil {
		return "", errors.New("null signature in dpow_rawtxsign of " + c.symbol)
	}
	signed := answer.text("hex")
	if complete, _ := answer["complete"].(bool); signed == "" || !complete {
		return "", fmt.Errorf("%s: %s answers %s", c.symbol, c.signTransaction, encode(map[string]any(answer)))
	}
	return signed, nil
}

// params returns the JSON of a call's parameters.
func params(values ...any) string { return string(encode(values)) }
