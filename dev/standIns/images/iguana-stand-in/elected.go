package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
)

const (
	// defaultBusPort is DPOW_SOCKPORT (iguana/dPoW.h:53).
	defaultBusPort = 7775
	seedsNeeded    = 8
	maxElected     = 64
)

// elected is the content of the file that names the notaries (komodo_initjson, iguana/dpow/dpow_rpc.c:123-177).
type elected struct {
	busPort int
	rpcPort int
	// minsigs is how many notaries have to sign a notarisation, and ltcMinsigs is the same for one to LTC.
	minsigs    int
	ltcMinsigs int
	seeds      []string
	notaries   []notary
}

type notary struct {
	name string
	// key is the public key in hex.
	key string
}

// index returns the number of the notary with a public key, or -1.
func (e *elected) index(publicKey string) int {
	return slices.IndexFunc(e.notaries, func(n notary) bool { return strings.EqualFold(n.key, publicKey) })
}

func readElected(path string) (*elected, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return parseElected(text)
}

// parseElected reads the file. One wrong notary makes the whole file invalid.
//
// Iguana ignores a BTCminsigs below 13 (dpow_rpc.c:134-136). The stand-in takes it, so that one notary can notarise KMD, too.
func parseElected(text []byte) (*elected, error) {
	fields, err := parseArguments(text)
	if err != nil {
		return nil, err
	}
	e := &elected{
		busPort: fields.integer("port"), rpcPort: fields.integer("rpcport"),
		minsigs: fields.integer("minsigs"), ltcMinsigs: fields.integer("btcminsigs"),
	}
	if e.busPort == 0 {
		e.busPort = defaultBusPort
	}
	if seeds, ok := fields["seeds"].([]any); ok && len(seeds) <= maxElected {
		for _, seed := range seeds {
			text, _ := seed.(string)
			e.seeds = append(e.seeds, text)
		}
	}
	notaries, ok := fields["notaries"].([]any)
	if !ok || len(notaries) > maxElected {
		return nil, errors.New("notaries must be a list of at most 64 entries")
	}
	for i, item := range notaries {
		entry, _ := item.(map[string]any)
		if len(entry) != 1 {
			return nil, fmt.Errorf("notaries[%d] must be an object with one name and its key", i)
		}
		for name, value := range entry {
			key, _ := value.(string)
			if hexDigits(key) != 66 {
				return nil, fmt.Errorf("the key of the notary %s must be 66 hex digits", name)
			}
			e.notaries = append(e.notaries, notary{name, key})
		}
	}
	return e, nil
}

// hexDigits counts the hex digits that a text starts with (is_hexstr, crypto777/iguana_utils.c:337).
func hexDigits(text string) int {
	for i := range len(text) {
		c := text[i]
		if !(c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F') {
			return i
		}
	}
	return len(text)
}
