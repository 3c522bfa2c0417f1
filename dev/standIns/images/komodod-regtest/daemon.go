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

// startDaemon starts litecoind in its own directory inside the chain's directory. Only the front knows its RPC port and its
// password.
func startDaemon(c *chain) (*daemon, error) {
	dataDir := filepath.Join(c.dataDir, "litecoin-regtest")
	if err := os.MkdirAll(dataDir, 0o700); err != nil {
		return nil, err
	}
	if err := layOut(c.dataDir, filepath.Join(dataDir, "regtest")); err != nil {
		return nil, err
	}
	rpcPort, err := freePort(c.rpcPort, c.p2pPort)
	if err != nil {
		return nil, err
	}
	password := rand.Text()
	// The password is in a file, because every process of the shared PID namespace can read the command line.
	settings := daemonSettings(c, rpcPort, password)
	if err := os.WriteFile(filepath.Join(dataDir, "litecoin.conf"), []byte(settings), 0o600); err != nil {
		return nil, err
	}
	command := exec.Command("litecoind", "-datadir="+dataDir, "-regtest", "-printtoconsole")
	command.Stdout, command.Stderr = os.Stdout, os.Stderr
	// Debian's litecoind is a script that makes $HOME/.litecoin, also with -datadir. The front's own home may be read-only.
	command.Env = append(os.Environ(), "HOME="+dataDir)
	command.SysProcAttr = &syscall.SysProcAttr{
		// A signal to the terminal's process group must not reach litecoind. The front passes it on.
		Setpgid: true,
		// When the front is killed, litecoind gets SIGTERM and closes its databases.
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

// layOut lets litecoind keep blocks and state where komodod keeps them: in the chain's directory. So a bootstrap of a chain
// has the same form as for the real daemon. A directory that an earlier stand-in made stays where it is.
func layOut(chainDir, litecoinDir string) error {
	for _, name := range []string{"blocks", "chainstate"} {
		link := filepath.Join(litecoinDir, name)
		if _, err := os.Lstat(link); err == nil {
			continue
		}
		for _, directory := range []string{litecoinDir, filepath.Join(chainDir, name)} {
			if err := os.MkdirAll(directory, 0o700); err != nil {
				return err
			}
		}
		if err := os.Symlink(filepath.Join(chainDir, name), link); err != nil {
			return err
		}
	}
	return nil
}

const daemonUser = "front"

// daemonSettings returns the text of a litecoin.conf. The settings of ports must be in the section [regtest].
func daemonSettings(c *chain, rpcPort int, password string) string {
	lines := []string{
		"rpcuser=" + daemonUser,
		"rpcpassword=" + password,
		"server=1",
		"txindex=1",
		"fallbackfee=0.0001",
		// Iguana's transactions have Sapling's version, and their OP_RETURN is longer than litecoind's limit. One notary
		// alone pays an output of 0 (dPoW iguana/dpow/dpow_tx.c, dpow_voutstandard).
		"acceptnonstdtxn=1",
		// The log goes to standard output, where Docker rotates it.
		"debuglogfile=0",
		// Nothing leaves the machine: no look-up, no announcement and no port for Tor. connect=0 below allows no outbound
		// connection.
		"listen=1", "dnsseed=0", "discover=0", "upnp=0", "listenonion=0",
		// Dozens of these daemons must fit on one machine. The usual 3,000 keys of a new wallet take a second of processor
		// time.
		"dbcache=16", "maxmempool=16", "maxconnections=8", "par=1", "keypool=10",
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

// freePort asks the kernel for a free port of loopback. The port is in the ephemeral range, where the ports of some chains
// are, too. So the chain's own ports, in `taken`, are avoided.
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
			return 0, fmt.Errorf("the kernel gave %s, which is no TCP address", listener.Addr())
		}
		if !slices.Contains(taken, address.Port) {
			return address.Port, nil
		}
	}
}

// stop asks litecoind to write its data and end. The channel `ended` is closed when it has ended.
func (d *daemon) stop() {
	_ = d.command.Process.Signal(syscall.SIGTERM)
}

// exitCode returns the exit code of litecoind after it has ended. When a signal killed it, this is 128 and the signal's
// number, as in a shell.
func (d *daemon) exitCode() int {
	status, ok := d.command.ProcessState.Sys().(syscall.WaitStatus)
	if ok && status.Signaled() {
		return 128 + int(status.Signal())
	}
	return d.command.ProcessState.ExitCode()
}
