package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const parameterSize = 307_200

// content returns what the file has to contain.
func (p parameterFile) content() []byte {
	line := p.name + "\n"
	return bytes.Repeat([]byte(line), parameterSize/len(line)+1)[:parameterSize]
}

// writeParameters puts the three files into the directory of a home.
func writeParameters(t *testing.T, home string) {
	t.Helper()
	directory := filepath.Join(home, ".zcash-params")
	if err := os.MkdirAll(directory, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, file := range parameterFiles {
		if err := os.WriteFile(filepath.Join(directory, file.name), file.content(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func expectFailedStart(t *testing.T, home string, code int, text string) {
	t.Helper()
	failed := loadParameters(home)
	if failed == nil || failed.code != code || !strings.Contains(failed.text, text) {
		t.Errorf("got %v", failed)
	}
}

func TestParameterContents(t *testing.T) {
	for _, file := range parameterFiles {
		hash := sha256.Sum256(file.content())
		if got := hex.EncodeToString(hash[:]); got != file.sha256 {
			t.Errorf("%s: %s", file.name, got)
		}
	}
}

func TestLoadParameters(t *testing.T) {
	home := t.TempDir()
	writeParameters(t, home)
	if failed := loadParameters(home); failed != nil {
		t.Error(failed)
	}
	linked := t.TempDir()
	if err := os.Symlink(filepath.Join(home, ".zcash-params"), filepath.Join(linked, ".zcash-params")); err != nil {
		t.Fatal(err)
	}
	if failed := loadParameters(linked); failed != nil {
		t.Errorf("through a symbolic link: %v", failed)
	}
}

func TestMissingParameters(t *testing.T) {
	for _, file := range parameterFiles {
		home := t.TempDir()
		writeParameters(t, home)
		if err := os.Remove(filepath.Join(home, ".zcash-params", file.name)); err != nil {
			t.Fatal(err)
		}
		expectFailedStart(t, home, 1, "Error: Cannot find the Zcash network parameters in the following directory:\n\""+
			home+"/.zcash-params\"\nPlease run 'zcash-fetch-params' or './zcutil/fetch-params.sh' and then restart.")
	}
	expectFailedStart(t, t.TempDir(), 1, "Cannot find the Zcash network parameters")
}

func TestWrongParameters(t *testing.T) {
	for i, change := range []func(content []byte) []byte{
		func(content []byte) []byte { return content[:len(content)/2] },
		func(content []byte) []byte { return append(content, 0) },
		func(content []byte) []byte { content[100_000] ^= 1; return content },
	} {
		file := parameterFiles[i]
		home := t.TempDir()
		writeParameters(t, home)
		path := filepath.Join(home, ".zcash-params", file.name)
		if err := os.WriteFile(path, change(file.content()), 0o600); err != nil {
			t.Fatal(err)
		}
		expectFailedStart(t, home, 134, "thread '<unnamed>' panicked at '"+file.subject+
			" parameter file is not correct, please clean your `~/.zcash-params/` and re-run `fetch-params`.'")
	}
}

func TestUnreadableParameters(t *testing.T) {
	home := t.TempDir()
	writeParameters(t, home)
	path := filepath.Join(home, ".zcash-params", "sapling-output.params")
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	// A directory can be opened, but not read, by root as well.
	if err := os.Mkdir(path, 0o700); err != nil {
		t.Fatal(err)
	}
	expectFailedStart(t, home, 134, "couldn't finish reading Sapling output parameter file")
}
