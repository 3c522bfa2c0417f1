// Command iguana is a stand-in for the notary daemon Iguana, for machines where the real one is not available.
//
// It finds its chains, calls them and answers its own RPC in the same way as Iguana, as far as a deployment can notice. It
// notarises with its own signature alone. The facts come from KomodoPlatform/dPoW at 2f846c0a, which was read and also run beside this program.
// The comments name that repository's files.
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

// The RPC's port depends on the argument (includes/iguana_defines.h:51-53, iguana/main.c:2258-2273).
const (
	portWithoutArgument = 7778
	portOfNotary        = 7776
	portOfFile          = 7779
)

// directories are made in the working directory when Iguana starts (iguana/main.c:684-702). So that one must be writable.
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
	// Iguana calls exit(-1).
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
			log.Printf("the working directory must be writable, and is not: %v", err)
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
		// Iguana's behaviour is undefined here (dex_init, dpow_network.c:45-55). It was seen to crash, and to loop for ever.
		log.Printf("elected has %d seeds, but must have %d: Iguana crashes with fewer", len(elected.seeds), seedsNeeded)
		os.Exit(exitOfSegfault)
	}
	listener, err := net.Listen("tcp4", fmt.Sprintf("127.0.0.1:%d", rpcPort))
	if err != nil {
		return err
	}
	log.Printf("this is a stand-in for Iguana that signs for itself alone: %d notaries, RPC on %s",
		len(elected.notaries), listener.Addr())
	n := newNode(elected, os.Exit)
	go n.dpowLoop()
	return serve(listener, n.answer)
}

// endOnSignal ends the process at once on a signal. Iguana does not always do so (main.c:422-450), but it has no data to
// write, either.
func endOnSignal() {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	go func() {
		<-signals
		os.Exit(0)
	}()
}
