// Command komodod is a stand-in for the daemon of that name: litecoind in regtest, in komodod's clothes.
//
// It takes komodod's flags and confs, and its RPC speaks komodod's dialect where litecoind lost it. Blocks are mined
// on demand and nothing leaves the machine. What it is for, and what it is not: a dev stack, nothing that is shipped.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"os/signal"
	"runtime"
	"syscall"
)

func main() {
	log.SetFlags(log.LstdFlags | log.LUTC)
	log.SetOutput(os.Stdout)
	log.SetPrefix("komodod-regtest: ")
	// The kernel sends the child its parent-death signal when the thread that started it ends (prctl(2)).
	runtime.LockOSThread()
	code, err := run(os.Args[1:], os.Getenv("HOME"))
	if err != nil {
		log.Print(err)
	}
	os.Exit(code)
}

// run serves one chain until it is told to stop or its daemon ends; the exit code is the daemon's own.
func run(args []string, home string) (int, error) {
	opts := parseFlags(args)
	chain, err := resolveChain(opts, home)
	if err != nil {
		return 1, err
	}
	log.Printf("a stand-in for komodod: chain %s, data in %s, litecoind -regtest behind it", chain.name, chain.dataDir)

	stop, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
	defer cancel()

	daemon, err := startDaemon(chain)
	if err != nil {
		return 1, err
	}
	front := newFront(chain, daemon.rpc)
	if err := front.listen(); err != nil {
		daemon.stop()
		<-daemon.ended
		return 1, err
	}
	go func() {
		if err := prepareWallet(stop, daemon.rpc); err != nil {
			if !errors.Is(err, context.Canceled) {
				log.Printf("wallet: %v", err)
				daemon.stop()
			}
			return
		}
		front.setReady()
		log.Printf("ready on 127.0.0.1:%d", chain.rpcPort)
	}()
	go watchPeer(stop, chain)

	select {
	case <-daemon.ended:
	case <-stop.Done():
		log.Print("stopping litecoind")
		daemon.stop()
		<-daemon.ended
	}
	code := daemon.exitCode()
	if code != 0 {
		return code, fmt.Errorf("litecoind ended with %d", code)
	}
	log.Print("litecoind ended, data is written")
	return 0, nil
}
