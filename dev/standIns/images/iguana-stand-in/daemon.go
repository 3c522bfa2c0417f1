package main

import (
	"log"
	"slices"
	"strconv"
	"time"
)

// newerDaemons are the chains of which Iguana knows that only getaddressinfo answers `ismine` (dpow_is015, dpow_rpc.c:32-44).
var newerDaemons = []string{"CHIPS", "AYA", "LTC"}

// noHeight stands for the height when the daemon did not answer (iguana_notary.c:759).
const noHeight = 1 << 30

// height returns the daemon's height. It is 0 when the daemon answers with an error, for example because it is loading, and
// noHeight when it does not answer.
func (c *coin) height() int {
	info := c.info()
	if info == nil {
		return noHeight
	}
	return info.integer("blocks")
}

// info asks for getinfo. After the first error it always asks for getblockchaininfo (dpow_rpc.c:46-67). It returns nil when
// there is no answer.
func (c *coin) info() arguments {
	if !c.native {
		return nil
	}
	c.mu.Lock()
	method := c.getinfo
	c.mu.Unlock()
	info, err := parseArguments([]byte(c.passthru(method, "")))
	if err == nil && info.has("error") && method == "getinfo" {
		c.mu.Lock()
		c.getinfo = "getblockchaininfo"
		c.mu.Unlock()
		info, err = parseArguments([]byte(c.passthru("getblockchaininfo", "")))
	}
	if err != nil {
		return nil
	}
	return info
}

// isMine tells whether the daemon's wallet has an address, as dpow_validateaddress and dpow find out
// (dpow_rpc.c:448-483, iguana_notary.c:407-421).
func (c *coin) isMine(address string) bool {
	if !c.native {
		return false
	}
	c.mu.Lock()
	method := c.validateaddress
	c.mu.Unlock()
	answer, err := parseArguments([]byte(c.passthru(method, strconv.Quote(address))))
	if err != nil {
		return false
	}
	isNewer := slices.Contains(newerDaemons, c.symbol) && method == "validateaddress"
	if isNewer && !answer.has("error") && !answer.has("ismine") {
		log.Printf("autochange %s validateaddress -> getaddressinfo", c.symbol)
		c.mu.Lock()
		c.validateaddress = "getaddressinfo"
		c.mu.Unlock()
		answer, err = parseArguments([]byte(c.passthru("getaddressinfo", strconv.Quote(address))))
	}
	mine, isBool := answer["ismine"].(bool)
	if err != nil || !isBool || !mine {
		log.Printf("%s: %s is not in the wallet of %s", c.symbol, address, c.serverport)
		return false
	}
	return true
}

// importKey does what jumblr_importprivkey does (basilisk/jumblr.c:159-164). The answer is ignored.
func (c *coin) importKey(wif string) {
	if c.native {
		c.passthru("importprivkey", `["`+wif+`", "", false]`)
	}
}

// bestBlockHash asks the daemon at most once in two seconds (dpow_rpc.c:217-247).
func (c *coin) bestBlockHash() string {
	c.mu.Lock()
	known, age := c.bestHash, time.Since(c.bestHashTime)
	c.mu.Unlock()
	if known != "" && age < 2*time.Second {
		return known
	}
	hash := c.passthru("getbestblockhash", "")
	if !isHash(hash) {
		return ""
	}
	c.mu.Lock()
	c.bestHash, c.bestHashTime = hash, time.Now()
	c.mu.Unlock()
	return hash
}

// tip returns the height of the best block. It asks for a block only when its hash is new (dpow_getchaintip,
// dpow_rpc.c:980-1012).
func (c *coin) tip() int {
	if !c.native {
		return 0
	}
	c.mu.Lock()
	previous := c.bestHash
	c.mu.Unlock()
	hash := c.bestBlockHash()
	if hash != "" && hash != previous {
		block, err := parseArguments([]byte(c.passthru("getblock", strconv.Quote(hash))))
		if height := block.integer("height"); err == nil && height != 0 {
			c.mu.Lock()
			c.bestHeight = height
			c.mu.Unlock()
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.bestHeight
}

// blockHash returns the hash of a block, or "" when the daemon does not tell it.
func (c *coin) blockHash(height int) string {
	hash := c.passthru("getblockhash", strconv.Itoa(height))
	if !isHash(hash) {
		return ""
	}
	return hash
}

// isHash tells whether a text is 32 bytes of hex.
func isHash(text string) bool { return len(text) == 64 && hexDigits(text) == 64 }
