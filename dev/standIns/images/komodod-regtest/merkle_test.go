package main

import (
	"strings"
	"testing"
)

func TestMerkleRoot(t *testing.T) {
	// The transactions and the root of Bitcoin's block 100,000. The roots of fewer leaves were computed with another program.
	ids := []string{
		"8c14f0db3df150123e6f3dbbf30f8b955a8249b62ac1d1ff16284aefa3d06d87",
		"fff2525b8931402dd09222c50775608f75787bd2b87e56995a7bdd30f79702c4",
		"6359f0868171b1d194cbee1af2f16ea598ae8fad666d9b012c8ed2b79a236ec4",
		"e9a66845e05d5abc0ad04ec80f774a7e585c6e8db975962d069a522137b80c1d",
	}
	leaves := make([][]byte, len(ids))
	for i, id := range ids {
		leaf, err := parseHash(id)
		if err != nil {
			t.Fatal(err)
		}
		leaves[i] = leaf
	}
	for count, want := range map[int]string{
		0: strings.Repeat("0", 64),
		1: ids[0],
		3: "fa435470825de273081dcc706b25514c936fa6dc80ab965ce6970d68ddd0b553",
		4: "f3e94742aca4b5ef85488dc37c06c3282295ffec960994b2c0d5ac2a25a95766",
	} {
		if got := printedHash(merkleRoot(leaves[:count])); got != want {
			t.Errorf("%d leaves: got %s", count, got)
		}
	}
}

func TestLeadingNumber(t *testing.T) {
	for text, want := range map[string]int{"105": 105, " 7": 7, "12abc": 12, "-3": -3, "": 0, "x1": 0} {
		if got := leadingNumber(text); got != want {
			t.Errorf("%q: got %d", text, got)
		}
	}
}
