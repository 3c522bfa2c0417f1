package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
)

// Iguana writes its transactions for komodod in the format of the Sapling upgrade (dPoW iguana/dpow/dpow_tx.c, dpow_notarytx):
//
//	version 4 with the overwintered bit | version group | inputs, outputs, lock time | expiry height | value balance |
//	numbers of shielded spends, shielded outputs and joinsplits
//
// litecoind does not know this format. A transaction that shields nothing and never expires has nothing in the added fields.
// So the front takes them away for litecoind and puts them back for the caller. litecoind keeps the version, by which the
// front knows such a transaction again. In litecoind it has another id, because an id is the hash of all bytes.
var (
	saplingVersion = []byte{0x04, 0x00, 0x00, 0x80}
	saplingGroup   = []byte{0x85, 0x20, 0x2f, 0x89}
	// saplingTail is the end of a transaction that shields nothing: expiry height (4 bytes), value balance (8) and three
	// numbers of one byte each.
	saplingTail = make([]byte, 4+8+1+1+1)
)

// toLitecoin returns the hex of a transaction in litecoind's format. A transaction in another format than Sapling's is
// returned as it is, so that litecoind says what is wrong with it.
func toLitecoin(text string) string {
	raw, err := hex.DecodeString(text)
	head := slices.Concat(saplingVersion, saplingGroup)
	if err != nil || !bytes.HasPrefix(raw, head) || !bytes.HasSuffix(raw, saplingTail) || len(raw) < len(head)+len(saplingTail) {
		return text
	}
	body := raw[len(head) : len(raw)-len(saplingTail)]
	return hex.EncodeToString(slices.Concat(saplingVersion, body))
}

// fromLitecoin is the reverse of toLitecoin.
func fromLitecoin(text string) string {
	if !isSapling(text) {
		return text
	}
	at := 2 * len(saplingVersion)
	return text[:at] + hex.EncodeToString(saplingGroup) + text[at:] + hex.EncodeToString(saplingTail)
}

// isSapling tells by the version whether a transaction in either format is one of Sapling.
func isSapling(text string) bool {
	return strings.HasPrefix(strings.ToLower(text), hex.EncodeToString(saplingVersion))
}

// transactionID returns the id of a transaction without witnesses: its double SHA-256, with the last byte first.
func transactionID(text string) string {
	raw, err := hex.DecodeString(text)
	if err != nil {
		return ""
	}
	return printedHash(doubleHash(raw))
}

func doubleHash(data []byte) []byte {
	once := sha256.Sum256(data)
	twice := sha256.Sum256(once[:])
	return twice[:]
}

// printedHash returns a hash as daemons print it, which is with the last byte first.
func printedHash(hash []byte) string {
	reversed := slices.Clone(hash)
	slices.Reverse(reversed)
	return hex.EncodeToString(reversed)
}

// parseHash is the reverse of printedHash.
func parseHash(text string) ([]byte, error) {
	hash, err := hex.DecodeString(text)
	slices.Reverse(hash)
	return hash, err
}
