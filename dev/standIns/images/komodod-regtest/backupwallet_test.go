package main

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

func TestBackupwalletRefuses(t *testing.T) {
	for name, test := range map[string]struct{ exportDir, params, want string }{
		"without -exportdir": {"", `["wallet"]`, "until the -exportdir option has been set"},
		"a path":             {t.TempDir(), `["/tmp/wallet.dat"]`, "only alphanumeric characters are allowed.  Try 'tmpwalletdat' instead."},
		"no name":            {t.TempDir(), `[""]`, "only alphanumeric characters"},
		"a number":           {t.TempDir(), `[1]`, "takes a name"},
	} {
		f := newFront(&chain{exportDir: test.exportDir}, nil)
		_, err := f.backupwallet(context.Background(), json.RawMessage(test.params))
		var refusal *rpcError
		if !errors.As(err, &refusal) || !strings.Contains(refusal.Message, test.want) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
