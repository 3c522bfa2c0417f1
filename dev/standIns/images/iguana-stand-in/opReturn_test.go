package main

import (
	"encoding/hex"
	"strings"
	"testing"
)

// The scripts are those of transactions of KMD and MARTY (komodo src/test-komodo/test_eval_notarisation.cpp, rawNotaryTx, and
// test_legacy_events.cpp, strKMDLTCNotaHex, strMILKMDNotaHex and strOtherMARTYKMDNotaHex). What they say is in those files,
// too. MARTY's has a CCid and more data at its end, which the stand-in leaves out.
func TestScriptsOfRealNotarisations(t *testing.T) {
	for name, test := range map[string]struct {
		statement notarisation
		want      string
	}{
		"BOTS on KMD": {
			notarisation{
				symbol: "BOTS", height: 77455,
				blockHash: "000030ef29d072f417cec86ad5a5ab4f8c413c7f96f572a098e45d6e3e0f8eae",
				mom:       "88289b6566a48567f65c8e60ca65b7f3877bbdb97cfc3958da31bcf073a70b05", momDepth: 5,
			},
			"6a4c4dae8e0f3e6e5de498a072f5967f3c418c4faba5d56ac8ce17f472d029ef3000008f2e0100424f545300" +
				"050ba773f0bc31da5839fc7cb9bd7b87f3b765ca608e5cf66785a466659b288805000000",
		},
		"KMD on LTC, in KMD's own chain": {
			notarisation{
				symbol: "KMD", height: 3507260,
				blockHash: "0983a2c9709e524a2a66887266455c2141aebbae558ef9b78718fda8db7094a9",
				destTxid:  "1f7f887a8fbf2b48129fee471de3910cf2314ca17385e81f0a56dfa5fec48e23",
			},
			"6a48a99470dba8fd1887b7f98e55aebbae41215c45667288662a4a529e70c9a283093c843500" +
				"238ec4fea5df560a1fe88573a14c31f20c91e31d47ee9f12482bbf8f7a887f1f4b4d4400",
		},
		"MIL on KMD": {
			notarisation{
				symbol: "MIL", height: 642230,
				blockHash: "a4c9ee9b041233e64a87daf961bb6355efb2e68824c9dbc20f37db934b3d9e45",
			},
			"6a28459e3d4b93db370fc2dbc92488e6b2ef5563bb61f9da874ae63312049beec9a4b6cc09004d494c00",
		},
	} {
		script, err := test.statement.script()
		if got := hex.EncodeToString(script); err != nil || got != test.want {
			t.Errorf("%s: got %s, %v", name, got, err)
		}
	}
	marty := notarisation{
		symbol: "MARTY", height: 136766,
		blockHash: "0007f0f477aa48cb8ebaf9250ee5dbf51627b2fc5dc2a0b82924b6e2c51a5343",
		destTxid:  "3bbfcd09b2d8e789f2760539ba55d02572c8941d0de1c64c2f2e5990071cc376",
		mom:       "416ae1917650bc1ae51d5e215604b443e31287c08f2326479c558b5072980777", momDepth: 20,
	}
	script, err := marty.script()
	const pushed = "43531ac5e2b62429b8a0c25dfcb22716f5dbe50e25f9ba8ecb48aa77f4f007003e160200" +
		"76c31c0790592e2f4cc6e10d1d94c87225d055ba390576f289e7d8b209cdbf3b" +
		"4d4152545900" + "77079872508b559c4726238fc08712e343b40456215e1de51abc507691e16a41" + "1400" + "0000"
	if got := hex.EncodeToString(script); err != nil || got != "6a4c6e"+pushed {
		t.Errorf("MARTY on KMD, in MARTY's own chain: got %s, %v", got, err)
	}
}

func TestScriptRefusesWhatIsNoHash(t *testing.T) {
	hash := strings.Repeat("ab", 32)
	for _, statement := range []notarisation{
		{symbol: "A", blockHash: hash[2:]},
		{symbol: "A", blockHash: hash, destTxid: "x"},
		{symbol: "A", blockHash: hash, mom: hash + "ab"},
	} {
		if _, err := statement.script(); err == nil {
			t.Errorf("%+v went through", statement)
		}
	}
}

func TestLongPush(t *testing.T) {
	if got := hex.EncodeToString(opReturnPush(256)); got != "6a4d0001" {
		t.Errorf("got %s", got)
	}
}
