// Command iguana is a stand-in for the notary daemon of that name, for machines where the real one is not to be had.
//
// It finds its chains, calls them and answers its own RPC as Iguana does, in all that a deployment can notice. It
// notarises nothing. Facts and answers were taken from KomodoPlatform/dPoW at 2f846c0a, read and run beside this
// program; comments name its files.
package main

import (
	"fmt"
	"log"
	"net"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
)

// Ports of the RPC by argument (includes/iguana_defines.h:51-53, iguana/main.c:2258-2273).
const (
	portWithoutArgument = 7778
	portOfNotary        = 7776
	portOfFile          = 7779
)

// directories that Iguana makes where it is started (iguana/main.c:684-702); it has to be able to.
var directories = []string{
	"help", "genesis", "confs", "DB", "DB/SWAPS", "DB/TRANSACTIONS", "DB/purgeable", "tmp", "SVM",
}

const exitOfSegfault = 128 + int(syscall.SIGSEGV)

func main() {
	log.SetFlags(log.LstdFlags | log.LUTC)
	log.SetOutput(os.Stdout)
	log.SetPrefix("iguana-stand-in: ")
	endOnSignal()
	if err := run(os.Args[1:]); err != nil {
		log.Print(err)
	}
	// Iguana's exit(-1).
	os.Exit(255)
}

func run(args []string) error {
	electedFile, rpcPort := "elected", portWithoutArgument
	switch {
	case len(args) == 0:
	case strings.HasPrefix(args[0], "-port="):
		rpcPort, _ = strconv.Atoi(strings.TrimPrefix(args[0], "-port="))
	case strings.HasPrefix(args[0], "notary"):
		rpcPort = portOfNotary
	default:
		electedFile, rpcPort = args[0], portOfFile
	}
	for _, directory := range directories {
		if err := os.MkdirAll(directory, 0o755); err != nil {
			log.Printf("the working directory is not writable: %v", err)
			break
		}
	}
	elected, err := readElected(electedFile)
	if err != nil {
		return fmt.Errorf("didnt find any elected notaries JSON in (%s): %w", electedFile, err)
	}
	if elected.rpcPort != 0 {
		rpcPort = elected.rpcPort
	}
	if len(elected.seeds) < seedsNeeded {
		// What it does is undefined (dex_init, dpow_network.c:45-55): seen were a crash, and a loop without an end.
		log.Printf("elected has %d seeds and Iguana crashes with fewer than %d", len(elected.seeds), seedsNeeded)
		os.Exit(exitOfSegfault)
	}
	listener, err := net.Listen("tcp4", fmt.Sprintf("127.0.0.1:%d", rpcPort))
	if err != nil {
		return err
	}
	log.Printf("a stand-in for Iguana, which notarises nothing: %d notaries, RPC on %s",
		len(elected.notaries), listener.Addr())
	n := newNode(elected, os.Exit)
	go n.dpowLoop()
	return serve(listener, n.answer)
}

// endOnSignal ends the process at once. Iguana itself does not always; it has nothing to write either (main.c:422-450).
func endOnSignal() {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	go func() {
		<-signals
		os.Exit(0)
	}()
}
