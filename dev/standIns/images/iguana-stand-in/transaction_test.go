package main

import (
	"encoding/hex"
	"strings"
	"testing"
)

// The outputs and all after them are those of 5b8055d37cff745a404d1ae45e21ffdba62da7b28ed6533c67468d7379b20bae on KMD (komodo
// src/test-komodo/test_eval_notarisation.cpp, rawNotaryTx). Eleven notaries signed it.
func TestTransactionIsLikeARealOne(t *testing.T) {
	const opReturn = "6a4c4dae8e0f3e6e5de498a072f5967f3c418c4faba5d56ac8ce17f472d029ef3000008f2e0100424f545300" +
		"050ba773f0bc31da5839fc7cb9bd7b87f3b765ca608e5cf66785a466659b288805000000"
	const outputs = "0290460100000000002321020e46e79a2a8d12b9b5d12c7a91adb4e454edfae43c0a0cb805427d2ac7613fd9ac" +
		"000000000000000050" + opReturn + "00000000"
	script, err := hex.DecodeString(opReturn)
	if err != nil {
		t.Fatal(err)
	}
	txid := "00" + strings.Repeat("ab", 30) + "ff"
	tx, err := unsignedTransaction(utxo{txid, 258}, crypto777Value("KMD", 11), script, false)
	want := "0100000001" + "ff" + strings.Repeat("ab", 30) + "00" + "02010000" + "00" + "ffffffff" + outputs
	if got := hex.EncodeToString(tx); err != nil || got != want {
		t.Errorf("got %s, %v", got, err)
	}
}

// The head and all after the inputs are those of 2b4a299ed7c9b3444b9bbfd091783f4f1d4b1b70987505de926312a4ba5d9026 on KMD (komodo
// src/test-komodo/test_legacy_events.cpp, strKMDLTCNotaHex). Thirteen notaries signed it.
func TestTransactionInTheFormatOfSapling(t *testing.T) {
	const opReturn = "6a48a99470dba8fd1887b7f98e55aebbae41215c45667288662a4a529e70c9a283093c843500" +
		"238ec4fea5df560a1fe88573a14c31f20c91e31d47ee9f12482bbf8f7a887f1f4b4d4400"
	const outputs = "02f0810100000000002321020e46e79a2a8d12b9b5d12c7a91adb4e454edfae43c0a0cb805427d2ac7613fd9ac" +
		"00000000000000004a" + opReturn + "00000000000000000000000000000000000000"
	script, err := hex.DecodeString(opReturn)
	if err != nil {
		t.Fatal(err)
	}
	tx, err := unsignedTransaction(utxo{strings.Repeat("ab", 32), 0}, crypto777Value("KMD", 13), script, true)
	want := "0400008085202f89" + "01" + strings.Repeat("ab", 32) + "00000000" + "00" + "ffffffff" + outputs
	if got := hex.EncodeToString(tx); err != nil || got != want {
		t.Errorf("got %s, %v", got, err)
	}
}

func TestLongScriptHasALongLength(t *testing.T) {
	output := appendOutput(nil, 0, make([]byte, 0x0123))
	if got := hex.EncodeToString(output[8:11]); got != "fd2301" || len(output) != 8+3+0x0123 {
		t.Errorf("got %s, %d bytes", got, len(output))
	}
}

func TestCrypto777Value(t *testing.T) {
	for _, test := range []struct {
		symbol           string
		signatures, want int64
	}{{"KMD", 13, 98_800}, {"KMD", 2, 10_000}, {"KMD", 1, 7_600}, {"MIL", 1, 76_000}} {
		if got := crypto777Value(test.symbol, test.signatures); got != test.want {
			t.Errorf("%s, %d: got %d", test.symbol, test.signatures, got)
		}
	}
}
