package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
)

// backupwallet copies the wallet and answers with the copy's path. komodod takes a name of letters and digits, and writes to
// the directory of -exportdir, which it makes. Without that flag it refuses (komodo src/wallet/rpcwallet.cpp, backupwallet;
// src/util.cpp, GetExportDir).
func (f *front) backupwallet(ctx context.Context, params json.RawMessage) (json.RawMessage, error) {
	arguments, err := anyArguments(params)
	if err != nil {
		return nil, err
	}
	if f.chain.exportDir == "" {
		return nil, &rpcError{rpcWalletError, "Cannot backup wallet until the -exportdir option has been set"}
	}
	name, isText := "", false
	if len(arguments) == 1 {
		name, isText = arguments[0].(string)
	}
	if !isText {
		return nil, &rpcError{rpcInvalidParameter, "backupwallet takes a name"}
	}
	if !isPlainName(name) {
		return nil, &rpcError{rpcWalletError, "Filename is invalid as only alphanumeric characters are allowed.  Try '" + plainPart(name) + "' instead."}
	}
	if err := os.MkdirAll(f.chain.exportDir, 0o700); err != nil {
		return nil, &rpcError{rpcWalletError, err.Error()}
	}
	path := filepath.Join(f.chain.exportDir, name)
	if err := f.rpc.call(ctx, nil, "backupwallet", path); err != nil {
		return nil, err
	}
	return encode(path), nil
}

const rpcWalletError = -4

func isPlainName(name string) bool { return name != "" && plainPart(name) == name }

// plainPart is the part of a name that komodod takes.
func plainPart(name string) string {
	part := []rune{}
	for _, sign := range name {
		if sign >= 'a' && sign <= 'z' || sign >= 'A' && sign <= 'Z' || sign >= '0' && sign <= '9' {
			part = append(part, sign)
		}
	}
	return string(part)
}
