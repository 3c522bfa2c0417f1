// Command pause holds the network and PID namespaces that the containers of a workload share.
package main

import (
	"os"
	"os/signal"
	"syscall"
)

// As PID 1 of the shared PID namespace it inherits every orphan in it, so it has to reap them; and the kernel gives
// PID 1 no default action for SIGTERM, so it has to end by itself.
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

// reap collects all children that have ended: several SIGCHLD in a row may arrive as one.
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
