package main

import (
	"os"
	"strings"
)

// conf has the values of a komodo.conf or NAME.conf.
type conf map[string]string

// readConf reads a conf as komodod's first reader does (boost's program_options). A `#` anywhere starts a comment. Blanks
// around key and value are removed. The first of several values counts.
func readConf(path string) (conf, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return parseConf(string(text)), nil
}

func parseConf(text string) conf {
	values := conf{}
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, "#")
		key, value, found := strings.Cut(line, "=")
		if !found {
			continue
		}
		key = strings.TrimSpace(key)
		if _, known := values[key]; !known {
			values[key] = strings.TrimSpace(value)
		}
	}
	return values
}
