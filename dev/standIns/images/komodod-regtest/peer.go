package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"
)

const (
	peerInterval = 10 * time.Second
	peerPatience = 5 * time.Second
)

// watchPeer calls the daemon that komodod would call, on loopback, and logs the outcome when it changes. The log shows
// whether this edge of the RPC graph works.
func watchPeer(ctx context.Context, c *chain) {
	if c.peerConf == "" {
		return
	}
	previous := ""
	for {
		outcome := askPeer(ctx, c)
		if ctx.Err() != nil {
			return
		}
		if outcome != previous {
			log.Print(outcome)
			previous = outcome
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(peerInterval):
		}
	}
}

// askPeer calls the peer once and describes the outcome. It reads the conf each time, because the conf may be written after
// this daemon has started.
func askPeer(ctx context.Context, c *chain) string {
	values, err := readConf(c.peerConf)
	if err != nil {
		return fmt.Sprintf("couldnt open %s, will not validate dest notarizations", c.peerConf)
	}
	if values["rpcuser"] == "" || values["rpcpassword"] == "" {
		return fmt.Sprintf("no credentials in %s, will not validate dest notarizations", c.peerConf)
	}
	peerPort := kmdPort
	if values["rpcport"] != "" {
		if peerPort, err = port(values["rpcport"]); err != nil {
			return fmt.Sprintf("rpcport in %s: %v", c.peerConf, err)
		}
	} else if c.peerName != mainChain {
		return fmt.Sprintf("no rpcport in %s, will not validate dest notarizations", c.peerConf)
	}
	// komodod always calls loopback, whatever the conf says (komodo_bitcoind.cpp:355).
	address := fmt.Sprintf("127.0.0.1:%d", peerPort)
	limited, cancel := context.WithTimeout(ctx, peerPatience)
	defer cancel()
	peer := newRPCClient(address, values["rpcuser"], values["rpcpassword"])
	defer peer.http.CloseIdleConnections()
	var height int
	// Both komodod and litecoind have getblockcount. litecoind has no getinfo.
	if err := peer.call(limited, &height, "getblockcount"); err != nil {
		var refusal *rpcError
		if errors.As(err, &refusal) {
			return fmt.Sprintf("%s at %s refuses: %v", c.peerName, address, refusal)
		}
		return fmt.Sprintf("%s at %s does not answer", c.peerName, address)
	}
	return fmt.Sprintf("%s at %s answers, height %d", c.peerName, address, height)
}
