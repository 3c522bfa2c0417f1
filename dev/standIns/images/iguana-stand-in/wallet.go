package main

import (
	"encoding/hex"
	"time"
)

// walletpassphrase unlocks the wallet. From now on the node has the passphrase's key (iguana_wallet.c:1373-1432). The answer
// always states an hour, whatever the call says. The coin's daemon always gets the key, because Iguana's check whether it
// already has the key reads the wrong JSON.
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

// encryptwallet makes the wallet of a passphrase and answers with its keys (iguana_wallet.c:1434-1523).
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

// activehandle answers with the account's present state.
func (n *node) activehandle() any {
	if n.key == nil {
		return failure("need passphrase or wallet doesnt exist")
	}
	return n.account(time.Until(n.expires))
}

// account returns the answer of SuperNET_activehandle (iguana/main.c:923-1000, 1939), without forms of the key that no notary
// uses.
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
