// Command komodod is a stand-in for the daemon komodod. It runs litecoind in regtest mode.
//
// It takes komodod's flags and confs, and does not start without its parameter files. Its RPC answers as komodod does, also
// where litecoind differs. Blocks are mined on demand, and nothing leaves the machine. It is only for development and tests.
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
	// The kernel sends the parent-death signal when the thread that started the child ends (prctl(2)). So this thread must
	// not end before the process.
	runtime.LockOSThread()
	code, err := run(os.Args[1:], os.Getenv("HOME"))
	var failed *failedStart
	switch {
	case errors.As(err, &failed):
		fmt.Fprintln(os.Stderr, failed.text)
	case err != nil:
		log.Print(err)
	}
	os.Exit(code)
}

// run serves one chain until it gets a signal or its daemon ends. It returns the daemon's exit code.
func run(args []string, home string) (int, error) {
	opts := parseFlags(args)
	chain, err := resolveChain(opts, home)
	if err != nil {
		return 1, err
	}
	log.Printf("this is a stand-in for komodod that runs litecoind -regtest: chain %s, data in %s", chain.name, chain.dataDir)

	if failed := loadParameters(home); failed != nil {
		return failed.code, failed
	}

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
				log.Printf("the wallet cannot be prepared: %v", err)
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
		return code, fmt.Errorf("litecoind ended with exit code %d", code)
	}
	log.Print("litecoind has written its data and ended")
	return 0, nil
}
