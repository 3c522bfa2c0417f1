package main

import (
	"crypto/ecdh"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/decred/dcrd/dcrec/secp256k1/v4"
	"golang.org/x/crypto/ripemd160"
)

// notaryKey is the key that is derived from a passphrase.
type notaryKey struct {
	private [32]byte
	// public is the compressed secp256k1 key.
	public []byte
}

// deriveKey hashes the passphrase once and clamps the hash like a curve25519 key (crypto777/curve25519.c:1703-1714). The
// result is the secp256k1 key (iguana/SuperNET_keys.c:364-388). When the passphrase is a WIF, its key is used unchanged.
func deriveKey(passphrase string) *notaryKey {
	private, isWIF := fromWIF(passphrase)
	if !isWIF {
		private = sha256.Sum256([]byte(passphrase))
		private[0] &= 248
		private[31] = private[31]&127 | 64
	}
	public := secp256k1.PrivKeyFromBytes(private[:]).PubKey().SerializeCompressed()
	return &notaryKey{private: private, public: public}
}

// fromWIF decodes a text that Iguana takes for a WIF (iguana_wifstr_valid, SuperNET_keys.c:320-358).
func fromWIF(text string) (private [32]byte, ok bool) {
	if len(text) < 50 || len(text) > 54 {
		return private, false
	}
	digits := strings.IndexFunc(text, func(r rune) bool { return r >= '1' && r <= '9' })
	upper := strings.IndexFunc(text, func(r rune) bool { return r >= 'A' && r <= 'Z' })
	lower := strings.IndexFunc(text, func(r rune) bool { return r >= 'a' && r <= 'z' })
	if digits < 0 || upper < 0 || lower < 0 {
		return private, false
	}
	payload, err := fromBase58Check(text)
	if err != nil || len(payload) < 33 || len(payload) > 34 {
		return private, false
	}
	return [32]byte(payload[1:33]), true
}

func (k *notaryKey) publicHex() string { return hex.EncodeToString(k.public) }

// address returns the pay-to-public-key-hash address for a chain's version byte.
func address(public []byte, version byte) string {
	return base58Check(append([]byte{version}, hash160(public)...)...)
}

// wif returns the private key as a WIF for a chain's version byte.
func (k *notaryKey) wif(version byte) string {
	return base58Check(append(append([]byte{version}, k.private[:]...), 1)...)
}

func hash160(data []byte) []byte {
	first := sha256.Sum256(data)
	second := ripemd160.New()
	second.Write(first[:])
	return second.Sum(nil)
}

// persistent returns the curve25519 public key of the same secret. Iguana identifies the account by it.
func (k *notaryKey) persistent() string {
	private, err := ecdh.X25519().NewPrivateKey(k.private[:])
	if err != nil {
		return ""
	}
	return hex.EncodeToString(private.PublicKey().Bytes())
}
