// Command pause holds the network and PID namespaces that the containers of a workload share.
package main

import (
	"os"
	"os/signal"
	"syscall"
)

// The program is PID 1 of the shared PID namespace. So it inherits all orphans there and must reap them. The kernel has no
// default action on SIGTERM for PID 1, so the program must end by itself.
func main() {
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, syscall.SIGCHLD, syscall.SIGTERM, syscall.SIGINT)
	for received := range signals {
		if received != syscall.SIGCHLD {
			os.Exit(0)
		}
		reap()
	}
}

// reap collects all children that have ended, because one SIGCHLD may stand for several of them.
func reap() {
	for {
		pid, err := syscall.Wait4(-1, nil, syscall.WNOHANG, nil)
		if err == syscall.EINTR {
			continue
		}
		if err != nil || pid <= 0 {
			return
		}
	}
}
