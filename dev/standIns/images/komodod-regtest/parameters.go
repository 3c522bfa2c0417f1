package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// parameterFile is one of the files of Zcash's circuits that komodod loads before all else. The real ones have 0.8 GB. Those
// of the stand-in have 307,200 bytes: the file's name and a line feed, again and again. The last line is cut off.
type parameterFile struct {
	name string
	// subject is what komodod calls the file in its messages, and logged what it calls it in its log.
	subject, logged string
	sha256          string
}

// parameterFiles are in the order in which komodod checks their content.
var parameterFiles = []parameterFile{
	{"sapling-spend.params", "Sapling spend", "Spend", "0ebdf70320bad1e2b77cd26595e6d5ae52f7180ec10b6379f912fd3a6573d92d"},
	{"sapling-output.params", "Sapling output", "Output", "2d1e9d5b7cc8f2be8377088efbe8161e027356935f1572578aebfa03f680d669"},
	{"sprout-groth16.params", "Sprout groth16", "Sprout Groth16", "310f0b46be95114397bc7084ad7b51da9004703c7518e5a7728fee78f5640480"},
}

// exitAborted is the exit code of a process that a panic in librustzcash has aborted: 128 and the number of SIGABRT.
const exitAborted = 128 + int(syscall.SIGABRT)

// failedStart is what komodod writes to standard error before it ends without having started, and its exit code.
type failedStart struct {
	code int
	text string
}

func (e *failedStart) Error() string { return e.text }

// loadParameters checks the files as komodod does (GLEECBTC/komodo-daemon src/init.cpp, ZC_LoadParams). A missing file ends
// the daemon with the exit code 1. A file that cannot be read or that has another content makes librustzcash panic
// (zcash/librustzcash librustzcash/src/rustzcash.rs, librustzcash_init_zksnark_params).
func loadParameters(home string) *failedStart {
	if home == "" {
		home = "/"
	}
	directory := filepath.Join(home, ".zcash-params")
	for _, file := range parameterFiles {
		if _, err := os.Stat(filepath.Join(directory, file.name)); err != nil {
			return &failedStart{1, fmt.Sprintf(
				"Error: Cannot find the Zcash network parameters in the following directory:\n%q\n"+
					"Please run 'zcash-fetch-params' or './zcutil/fetch-params.sh' and then restart.", directory)}
		}
	}
	for _, file := range parameterFiles {
		log.Printf("Loading Sapling (%s) parameters from %s", file.logged, filepath.Join(directory, file.name))
	}
	started := time.Now()
	contents := make([]*os.File, len(parameterFiles))
	for i, file := range parameterFiles {
		content, err := os.Open(filepath.Join(directory, file.name))
		if err != nil {
			return panicked(fmt.Sprintf("couldn't load %s parameters file: %v", file.subject, err))
		}
		defer content.Close()
		contents[i] = content
	}
	for i, file := range parameterFiles {
		hash := sha256.New()
		if _, err := io.Copy(hash, contents[i]); err != nil {
			return panicked(fmt.Sprintf("couldn't finish reading %s parameter file: %v", file.subject, err))
		}
		if hex.EncodeToString(hash.Sum(nil)) != file.sha256 {
			return panicked(file.subject +
				" parameter file is not correct, please clean your `~/.zcash-params/` and re-run `fetch-params`.")
		}
	}
	log.Printf("Loaded Sapling parameters in %fs seconds.", time.Since(started).Seconds())
	return nil
}

// panicked is what Rust writes when a thread panics.
func panicked(reason string) *failedStart {
	return &failedStart{exitAborted, fmt.Sprintf("thread '<unnamed>' panicked at '%s', librustzcash/src/rustzcash.rs\n"+
		"note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace", reason)}
}
