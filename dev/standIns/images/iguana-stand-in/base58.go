package main

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"math/big"
	"strings"
)

const base58Alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

var base58Radix = big.NewInt(58)

// base58Check encodes a payload, followed by the first four bytes of its double SHA-256.
func base58Check(payload ...byte) string {
	sum := checksum(payload)
	whole := append(bytes.Clone(payload), sum[:]...)
	number, digit := new(big.Int).SetBytes(whole), new(big.Int)
	var reversed []byte
	for number.Sign() > 0 {
		number.DivMod(number, base58Radix, digit)
		reversed = append(reversed, base58Alphabet[digit.Int64()])
	}
	text := strings.Repeat("1", len(whole)-len(bytes.TrimLeft(whole, "\x00")))
	for i := len(reversed) - 1; i >= 0; i-- {
		text += string(reversed[i])
	}
	return text
}

// fromBase58Check decodes a text and returns its payload. It fails when the checksum is wrong.
func fromBase58Check(text string) ([]byte, error) {
	number := new(big.Int)
	for _, character := range text {
		digit := strings.IndexRune(base58Alphabet, character)
		if digit < 0 {
			return nil, errors.New("not base58")
		}
		number.Mul(number, base58Radix).Add(number, big.NewInt(int64(digit)))
	}
	zeros := len(text) - len(strings.TrimLeft(text, "1"))
	whole := append(make([]byte, zeros), number.Bytes()...)
	if len(whole) < 5 {
		return nil, errors.New("too short")
	}
	payload := whole[:len(whole)-4]
	if sum := checksum(payload); !bytes.Equal(sum[:], whole[len(payload):]) {
		return nil, errors.New("wrong checksum")
	}
	return payload, nil
}

func checksum(payload []byte) [4]byte {
	first := sha256.Sum256(payload)
	second := sha256.Sum256(first[:])
	return [4]byte(second[:4])
}
