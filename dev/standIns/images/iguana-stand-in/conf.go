package main

import (
	"log"
	"os"
	"strings"
)

// lineBuffer is the size of the buffer that fgets fills (iguana/iguana_chains.c:246). A longer line is read in pieces.
const lineBuffer = 1024

// confResult is what Iguana takes from a chain's conf.
type confResult struct {
	userpass   string
	serverport string
}

// readConf opens "/" + path + "/" + conf. Iguana puts its home directory before this, but that is still empty when Iguana
// reads the file (iguana_chains.c:223-241, 322 against 364). Without path or conf, no file is read (:247). When the file
// cannot be opened, the credentials stay empty (:288).
func readConf(path, conf string) confResult {
	if path == "" || conf == "" {
		return confResult{}
	}
	name := "/" + path + "/" + conf
	text, err := os.ReadFile(name)
	if err != nil {
		log.Printf("extract_userpass cant open.(%s)", name)
		return confResult{}
	}
	return parseConf(string(text))
}

// parseConf reads three keys as extract_userpass does (iguana_chains.c:243-290), including its faults. A key counts anywhere
// in a line. A comment counts only at the start of a line. Blanks inside values are removed.
func parseConf(text string) confResult {
	var user, password, port *string
	for _, line := range confLines(text) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		if _, rest, found := strings.Cut(line, "rpcuser"); found {
			user = confValue(rest)
		} else if _, rest, found := strings.Cut(line, "rpcpassword"); found {
			password = confValue(rest)
		} else if _, rest, found := strings.Cut(line, "rpcport"); found {
			port = confValue(rest)
		}
	}
	var result confResult
	if user != nil && password != nil {
		result.userpass = *user + ":" + *password
	}
	if port != nil {
		result.serverport = "127.0.0.1:" + *port
	}
	return result
}

// confLines returns the pieces that fgets returns. Each has at most 1023 bytes and ends after a newline. For C, a piece also
// ends at a NUL.
func confLines(text string) []string {
	var lines []string
	for line := range strings.Lines(text) {
		for len(line) > 0 {
			piece := line[:min(len(line), lineBuffer-1)]
			line = line[len(piece):]
			piece, _, _ = strings.Cut(piece, "\x00")
			lines = append(lines, piece)
		}
	}
	return lines
}

var blanks = strings.NewReplacer(" ", "", "\t", "", "\r", "", "\n", "", "\b", "")

// confValue returns everything after the first `=`, without blanks, or nil when there is no `=` (parse_conf_line, :189-202).
// An empty value becomes the text "<nullstr>" (clonestr, crypto777/iguana_utils.c:432).
func confValue(rest string) *string {
	_, value, found := strings.Cut(rest, "=")
	if !found {
		return nil
	}
	value = blanks.Replace(value)
	if value == "" {
		value = "<nullstr>"
	}
	return &value
}
