package main

import (
	"encoding/hex"
	"time"
)

// walletpassphrase unlocks the wallet: from now on the node has the passphrase's key (iguana_wallet.c:1373-1432).
// The answer states an hour, whatever was asked for. The first coin's daemon gets the key at once, because the test
// of whether it has it already looks at the wrong JSON.
func (n *node) walletpassphrase(c *coin, password string, timeout int) any {
	if timeout <= 0 {
		return failure("timeout must be positive")
	}
	if password == "" {
		return failure("must have password field")
	}
	n.key = deriveKey(password)
	answer := n.account(time.Hour)
	n.expires = time.Now().Add(time.Duration(timeout) * time.Second)
	c.isMine(address(n.key.public, c.pubkeyHash))
	c.importKey(n.key.wif(c.wif))
	return answer
}

// encryptwallet makes the wallet of a passphrase and tells its keys (iguana_wallet.c:1434-1523).
func (n *node) encryptwallet(c *coin, passphrase string) any {
	if passphrase == "" {
		return failure("need passphrase or wallet doesnt exist")
	}
	n.key = deriveKey(passphrase)
	answer := n.account(time.Hour)
	answer = append(answer, field{"privkey", hex.EncodeToString(n.key.private[:])})
	answer = append(answer, field{c.symbol + "wif", n.key.wif(c.wif)})
	for _, symbol := range []string{"KMD", "LTC"} {
		if other := n.findCoin(symbol); other != nil && other != c {
			answer = append(answer, field{symbol + "wif", n.key.wif(other.wif)})
		}
	}
	n.expires = time.Time{}
	return append(answer, field{"BTCwif", n.key.wif(128)})
}

// activehandle is the account as it is now.
func (n *node) activehandle() any {
	if n.key == nil {
		return failure("need passphrase or wallet doesnt exist")
	}
	return n.account(time.Until(n.expires))
}

// account is SuperNET_activehandle without the forms of the key that no notary uses (iguana/main.c:923-1000, 1939).
func (n *node) account(left time.Duration) object {
	answer := object{
		{"pubkey", n.key.persistent()},
		{"btcpubkey", n.key.publicHex()},
		{"rmd160", hex.EncodeToString(hash160(n.key.public))},
	}
	for _, c := range n.allCoins() {
		answer = append(answer, field{c.symbol, address(n.key.public, c.pubkeyHash)})
	}
	answer = append(answer, field{"result", "success"}, field{"handle", ""})
	if n.ipAddress != "" {
		answer = append(answer, field{"myip", n.ipAddress})
	}
	answer = append(answer, field{"persistent", n.key.persistent()})
	if left <= 0 {
		return append(answer, field{"status", "locked"})
	}
	return append(answer, field{"status", "unlocked"}, field{"duration", int(left.Round(time.Second).Seconds())})
}
