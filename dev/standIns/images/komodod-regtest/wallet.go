package main

import (
	"context"
	"errors"
	"time"
)

const walletName = "komodo"

// prepareWallet waits until litecoind answers and makes a wallet. komodod always has one, but litecoind has had one only on
// request since 0.21. From the second start on, litecoind loads the wallet by itself.
func prepareWallet(ctx context.Context, rpc *rpcClient) error {
	var loaded []string
	for {
		err := rpc.call(ctx, &loaded, "listwallets")
		if err == nil {
			break
		}
		var refusal *rpcError
		if errors.As(err, &refusal) && refusal.Code != rpcWarmup {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
	if len(loaded) > 0 {
		return nil
	}
	var directory struct {
		Wallets []struct {
			Name string `json:"name"`
		} `json:"wallets"`
	}
	if err := rpc.call(ctx, &directory, "listwalletdir"); err != nil {
		return err
	}
	for _, wallet := range directory.Wallets {
		if wallet.Name == walletName {
			return rpc.call(ctx, nil, "loadwallet", walletName, true)
		}
	}
	// After the name: disable_private_keys, blank, passphrase, avoid_reuse, descriptors, load_on_startup.
	return rpc.call(ctx, nil, "createwallet", walletName, false, false, "", false, false, true)
}
