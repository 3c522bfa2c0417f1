package main

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"slices"
	"strings"
)

// zeroHash stands for "none" in getinfo.
var zeroHash = strings.Repeat("0", 64)

// notarization is what a chain's own notarisation says: the end of a round, in which Iguana records the transaction on the
// destination chain (dPoW iguana/dpow/dpow_network.c, dpow_rwopret with src_or_dest 0). Hashes are as daemons print them.
type notarization struct {
	hash     string
	height   int
	destTxID string
	// hasMoM is false for KMD, whose notarisations have no Merkle root of Merkle roots.
	hasMoM bool
}

// parseNotarization finds a notarisation in the scripts of a transaction's outputs. The second output has it, and it names
// the chain (komodo src/komodo.cpp, komodo_voutupdate). komodod also counts the notaries that signed. The stand-in has no
// list of notaries and counts nobody.
func parseNotarization(scripts []string, chainName string) (notarization, bool) {
	if len(scripts) < 2 {
		return notarization{}, false
	}
	data := returnedData(scripts[1])
	name := append([]byte(chainName), 0)
	const hashes = 32 + 4 + 32
	if len(data) < hashes || !bytes.HasPrefix(data[hashes:], name) {
		return notarization{}, false
	}
	found := notarization{
		hash:     printedHash(data[:32]),
		height:   int(int32(binary.LittleEndian.Uint32(data[32:36]))),
		destTxID: printedHash(data[36:hashes]),
	}
	if rest := data[hashes+len(name):]; len(rest) >= 32+4 {
		depth := int(binary.LittleEndian.Uint16(rest[32:34]))
		found.hasMoM = !bytes.Equal(rest[:32], make([]byte, 32)) && depth > 0 && depth <= found.height
	}
	return found, true
}

// returnedData returns what a script of one OP_RETURN and one push contains. It is nil for any other script.
func returnedData(text string) []byte {
	script, err := hex.DecodeString(text)
	if err != nil || len(script) < 2 || script[0] != 0x6a {
		return nil
	}
	length, data := int(script[1]), script[2:]
	switch {
	case script[1] == 0x4c && len(data) >= 1: // OP_PUSHDATA1
		length, data = int(data[0]), data[1:]
	case script[1] == 0x4d && len(data) >= 2: // OP_PUSHDATA2
		length, data = int(binary.LittleEndian.Uint16(data)), data[2:]
	case script[1] >= 0x4c:
		return nil
	}
	if length != len(data) {
		return nil
	}
	return slices.Clone(data)
}
