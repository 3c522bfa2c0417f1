package main

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"testing"
)

func TestDeriveKey(t *testing.T) {
	text, err := os.ReadFile("../../../../test/chains/data/keyVectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var vectors []struct {
		Passphrase, Privkey, Pubkey string
		WIF                         string `json:"wif_kmd"`
		Address                     string `json:"address_kmd"`
	}
	if err := json.Unmarshal(text, &vectors); err != nil {
		t.Fatal(err)
	}
	if len(vectors) == 0 {
		t.Fatal("no vectors")
	}
	for _, vector := range vectors {
		key := deriveKey(vector.Passphrase)
		for _, pair := range [][2]string{
			{hex.EncodeToString(key.private[:]), vector.Privkey},
			{key.publicHex(), vector.Pubkey},
			{key.wif(188), vector.WIF},
			{address(key.public, 60), vector.Address},
		} {
			if pair[1] != "" && pair[0] != pair[1] {
				t.Errorf("%s: got %s, want %s", vector.Passphrase, pair[0], pair[1])
			}
		}
		if again := deriveKey(key.wif(188)); again.publicHex() != key.publicHex() {
			t.Errorf("%s: its WIF leads to another key, %s", vector.Passphrase, again.publicHex())
		}
	}
}

// The expected value is the real Iguana's answer to walletpassphrase.
func TestPersistent(t *testing.T) {
	const want = "91d194b0e1cdaca54e388c94e6a5d03373350bff084dc89ef9e69beb116d0c02"
	if got := deriveKey("myverysecretandstrongpassphrase_noneabletobrute").persistent(); got != want {
		t.Errorf("got %s", got)
	}
}

func TestBase58CheckKeepsLeadingZeros(t *testing.T) {
	payload := []byte{0, 0, 1, 2}
	back, err := fromBase58Check(base58Check(payload...))
	if err != nil || string(back) != string(payload) {
		t.Errorf("got %v, %v", back, err)
	}
	if _, err := fromBase58Check("1111111111"); err == nil {
		t.Error("a wrong checksum went through")
	}
}
