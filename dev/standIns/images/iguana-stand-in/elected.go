package main

import (
	"errors"
	"fmt"
	"os"
)

const (
	// defaultBusPort is DPOW_SOCKPORT (iguana/dPoW.h:53).
	defaultBusPort = 7775
	seedsNeeded    = 8
	maxElected     = 64
)

// elected is the content of the file that names the notaries (komodo_initjson, iguana/dpow/dpow_rpc.c:123-177).
type elected struct {
	busPort  int
	rpcPort  int
	seeds    []string
	notaries []string
}

func readElected(path string) (*elected, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return parseElected(text)
}

// parseElected reads the file. One wrong notary makes the whole file invalid.
func parseElected(text []byte) (*elected, error) {
	fields, err := parseArguments(text)
	if err != nil {
		return nil, err
	}
	e := &elected{busPort: fields.integer("port"), rpcPort: fields.integer("rpcport")}
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
		notary, _ := item.(map[string]any)
		if len(notary) != 1 {
			return nil, fmt.Errorf("notaries[%d] must be an object with one name and its key", i)
		}
		for name, value := range notary {
			key, _ := value.(string)
			if hexDigits(key) != 66 {
				return nil, fmt.Errorf("the key of the notary %s must be 66 hex digits", name)
			}
			e.notaries = append(e.notaries, key)
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
