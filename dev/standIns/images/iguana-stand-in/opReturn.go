package main

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"
)

// notarisation is what the OP_RETURN output of a notarisation says. Hashes are hex as a daemon's RPC shows them.
type notarisation struct {
	// symbol, height and blockHash tell which block of which chain is notarised.
	symbol    string
	height    int
	blockHash string
	// destTxid is the transaction on the destination chain. Only the transaction on the source chain names it.
	destTxid string
	// mom is the Merkle root of the Merkle roots of the last momDepth blocks. It is "" when the daemon told none.
	mom      string
	momDepth int
}

// script returns the output's script: OP_RETURN and one push (dpow_rwopret and dpow_opreturnscript, dpow_network.c:2452-2522).
// All hashes are in the byte order of the blockchain, which is the reverse of the hex. Numbers are little-endian.
//
// The stand-in leaves out the CCid and what follows it, because the daemons of the development stack have no cross-chain
// contracts.
func (n notarisation) script() ([]byte, error) {
	data, err := reversed(n.blockHash)
	if err != nil {
		return nil, err
	}
	data = binary.LittleEndian.AppendUint32(data, uint32(n.height))
	if n.destTxid != "" {
		txid, err := reversed(n.destTxid)
		if err != nil {
			return nil, err
		}
		data = append(data, txid...)
	}
	data = append(append(data, n.symbol...), 0)
	if n.mom != "" {
		mom, err := reversed(n.mom)
		if err != nil {
			return nil, err
		}
		data = append(data, mom...)
		data = binary.LittleEndian.AppendUint32(data, uint32(n.momDepth&0xffff))
	}
	return append(opReturnPush(len(data)), data...), nil
}

// opReturnPush returns OP_RETURN and the opcode that pushes some bytes.
func opReturnPush(length int) []byte {
	const opReturn, opPushData1, opPushData2 = 0x6a, 0x4c, 0x4d
	switch {
	case length < opPushData1:
		return []byte{opReturn, byte(length)}
	case length <= 0xff:
		return []byte{opReturn, opPushData1, byte(length)}
	default:
		return binary.LittleEndian.AppendUint16([]byte{opReturn, opPushData2}, uint16(length))
	}
}

// reversed decodes a hash of 32 bytes and reverses it.
func reversed(hash string) ([]byte, error) {
	decoded, err := hex.DecodeString(hash)
	if err != nil || len(decoded) != 32 {
		return nil, fmt.Errorf("%q is no hash of 32 bytes", hash)
	}
	slices.Reverse(decoded)
	return decoded, nil
}
