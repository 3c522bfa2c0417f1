package main

import (
	"encoding/binary"
	"encoding/hex"
	"slices"
)

// crypto777 is the key that one output of each notarisation pays to (includes/iguana_globals.h:83). komodod recognises
// notarisations by it.
const crypto777 = "020e46e79a2a8d12b9b5d12c7a91adb4e454edfae43c0a0cb805427d2ac7613fd9"

// utxo is an unspent output of the notary.
type utxo struct {
	txid string
	vout uint32
}

// utxoSize is the only value in satoshi that Iguana accepts for an output that it spends (dpow_utxosize, dpow_rpc.c:18-23).
func utxoSize(symbol string) int64 {
	switch symbol {
	case "GAME", "EMC2", "AYA", "MIL":
		return 100_000
	default:
		return 10_000
	}
}

// crypto777Value returns the value of the first output in satoshi. The rest is the fee (dpow_voutstandard, dpow_tx.c:233-239).
//
// Iguana leaves at least 10,000 satoshi to the fee. With one signature of the usual size that would leave an output of 0,
// which daemons refuse as dust. So the stand-in then pays the part that is usual with more signatures.
func crypto777Value(symbol string, signatures int64) int64 {
	total := utxoSize(symbol) * signatures
	usual := total * 76 / 100
	if total <= 10_000 {
		return usual
	}
	return min(usual, total-10_000)
}

// payToPublicKey returns the script of an output that pays to a compressed public key.
func payToPublicKey(public []byte) []byte {
	const opCheckSig = 0xac
	return append(append([]byte{byte(len(public))}, public...), opCheckSig)
}

// unsignedTransaction returns a transaction with one input and Iguana's two outputs (dpow_notarytx, dpow_tx.c:290-428). Chains
// with Sapling have a format of their own, in which nothing is shielded and nothing expires.
func unsignedTransaction(input utxo, value int64, opReturn []byte, sapling bool) ([]byte, error) {
	txid, err := reversed(input.txid)
	if err != nil {
		return nil, err
	}
	key, err := hex.DecodeString(crypto777)
	if err != nil {
		return nil, err
	}
	tx := []byte{1, 0, 0, 0}
	if sapling {
		// Version 4 with the overwintered bit, and the version group.
		tx = []byte{4, 0, 0, 0x80, 0x85, 0x20, 0x2f, 0x89}
	}
	tx = append(append(tx, 1), txid...)
	tx = binary.LittleEndian.AppendUint32(tx, input.vout)
	// No signature yet, and the highest sequence number.
	tx = append(tx, 0, 0xff, 0xff, 0xff, 0xff)
	tx = append(tx, 2)
	tx = appendOutput(tx, value, payToPublicKey(key))
	tx = appendOutput(tx, 0, opReturn)
	lockTime := make([]byte, 4)
	tx = append(tx, lockTime...)
	if sapling {
		expiryHeight, valueBalance, shielded := make([]byte, 4), make([]byte, 8), make([]byte, 3)
		tx = slices.Concat(tx, expiryHeight, valueBalance, shielded)
	}
	return tx, nil
}

func appendOutput(tx []byte, value int64, script []byte) []byte {
	tx = binary.LittleEndian.AppendUint64(tx, uint64(value))
	if len(script) < 0xfd {
		tx = append(tx, byte(len(script)))
	} else {
		tx = binary.LittleEndian.AppendUint16(append(tx, 0xfd), uint16(len(script)))
	}
	return append(tx, script...)
}
