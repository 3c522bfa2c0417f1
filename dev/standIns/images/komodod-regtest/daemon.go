package main

import (
	"crypto/rand"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// daemon is the litecoind behind the front.
type daemon struct {
	command *exec.Cmd
	rpc     *rpcClient
	ended   chan struct{}
}

// startDaemon starts litecoind in a directory of its own inside the chain's, with an RPC port and a password that
// nobody but the front knows.
func startDaemon(c *chain) (*daemon, error) {
	dataDir := filepath.Join(c.dataDir, "litecoin-regtest")
	if err := os.MkdirAll(dataDir, 0o700); err != nil {
		return nil, err
	}
	rpcPort, err := freePort(c.rpcPort, c.p2pPort)
	if err != nil {
		return nil, err
	}
	password := rand.Text()
	// In a file, not on the command line, which every process of the shared PID namespace can read.
	settings := daemonSettings(c, rpcPort, password)
	if err := os.WriteFile(filepath.Join(dataDir, "litecoin.conf"), []byte(settings), 0o600); err != nil {
		return nil, err
	}
	command := exec.Command("litecoind", "-datadir="+dataDir, "-regtest", "-printtoconsole")
	command.Stdout, command.Stderr = os.Stdout, os.Stderr
	command.SysProcAttr = &syscall.SysProcAttr{
		// A signal to the terminal's group is the front's to pass on, once.
		Setpgid: true,
		// Should the front be killed, litecoind still closes its databases.
		Pdeathsig: syscall.SIGTERM,
	}
	if err := command.Start(); err != nil {
		return nil, err
	}
	d := &daemon{
		command: command,
		rpc:     newRPCClient(fmt.Sprintf("127.0.0.1:%d", rpcPort), daemonUser, password),
		ended:   make(chan struct{}),
	}
	go func() {
		_ = command.Wait()
		close(d.ended)
	}()
	return d, nil
}

const daemonUser = "front"

// daemonSettings is a litecoin.conf. In regtest, ports count only in its section.
func daemonSettings(c *chain, rpcPort int, password string) string {
	lines := []string{
		"rpcuser=" + daemonUser,
		"rpcpassword=" + password,
		"server=1",
		"txindex=1",
		"fallbackfee=0.0001",
		// The log is on stdout, where Docker rotates it.
		"debuglogfile=0",
		// Nothing leaves: no outbound connection, no look-up, no announcement, and no port for Tor.
		"listen=1", "dnsseed=0", "discover=0", "upnp=0", "listenonion=0",
		// Sized for dozens of them on one machine.
		"dbcache=16", "maxmempool=16", "maxconnections=8", "par=1",
	}
	if c.workQueue != "" {
		lines = append(lines, "rpcworkqueue="+c.workQueue)
	}
	lines = append(lines, "[regtest]", "connect=0",
		fmt.Sprintf("rpcport=%d", rpcPort), "rpcbind=127.0.0.1", "rpcallowip=127.0.0.1",
		fmt.Sprintf("port=%d", c.p2pPort), fmt.Sprintf("bind=0.0.0.0:%d", c.p2pPort),
	)
	return strings.Join(lines, "\n") + "\n"
}

// freePort asks the kernel for a loopback port. It comes from the ephemeral range, which computed ports of chains
// with extra parameters reach too, hence the ports to keep clear of.
func freePort(taken ...int) (int, error) {
	for {
		listener, err := net.Listen("tcp4", "127.0.0.1:0")
		if err != nil {
			return 0, err
		}
		address, ok := listener.Addr().(*net.TCPAddr)
		if err := listener.Close(); err != nil {
			return 0, err
		}
		if !ok {
			return 0, fmt.Errorf("%s is no TCP address", listener.Addr())
		}
		if !slices.Contains(taken, address.Port) {
			return address.Port, nil
		}
	}
}

// stop asks litecoind to write its data and end; `ended` is closed when it has.
func (d *daemon) stop() {
	_ = d.command.Process.Signal(syscall.SIGTERM)
}

// exitCode is litecoind's once it has ended; of one that a signal killed, what a shell would say.
func (d *daemon) exitCode() int {
	status, ok := d.command.ProcessState.Sys().(syscall.WaitStatus)
	if ok && status.Signaled() {
		return 128 + int(status.Signal())
	}
	return d.command.ProcessState.ExitCode()
}
