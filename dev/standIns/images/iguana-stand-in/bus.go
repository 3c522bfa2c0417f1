package main

import (
	"encoding/binary"
	"fmt"
	"io"
	"log"
	"net"
	"slices"
)

// bus is the dPoW bus. It is open to everyone. The stand-in discards all that it receives there.
type bus struct {
	// peers are the notaries' addresses, in Iguana's order.
	peers []string
}

// openBus listens on all interfaces (dpow_network.c:1486-1494).
func openBus(port int) (*bus, error) {
	listener, err := net.Listen("tcp4", fmt.Sprintf("0.0.0.0:%d", port))
	if err != nil {
		return nil, err
	}
	go func() {
		for {
			peer, err := listener.Accept()
			if err != nil {
				log.Printf("bus: %v", err)
				return
			}
			go func() {
				_, _ = io.Copy(io.Discard, peer)
				_ = peer.Close()
			}()
		}
	}()
	return &bus{}, nil
}

// addPeer keeps each address once (dpow_addnotary, dpow_network.c:1366-1467).
func (b *bus) addPeer(ipAddress string) {
	if addressBits(ipAddress) == 0 || slices.Contains(b.peers, ipAddress) {
		return
	}
	b.peers = append(b.peers, ipAddress)
	slices.SortFunc(b.peers, func(x, y string) int { return int(addressBits(x)) - int(addressBits(y)) })
}

// addressBits returns an IPv4 address as the number that Iguana stores, and 0 for any other text.
func addressBits(text string) uint32 {
	ip := net.ParseIP(text).To4()
	if ip == nil {
		return 0
	}
	return binary.LittleEndian.Uint32(ip)
}

// myipaddr sets the node's address. Only the first one counts (iguana/main.c:1880-1901).
func (n *node) myipaddr(args arguments) any {
	if ip := args.text("ipaddr"); n.ipAddress == "" && addressBits(ip) != 0 {
		n.ipAddress = ip
		log.Printf("SET MYIPADDR.(%s)", ip)
	}
	return success(n.ipAddress)
}

// addnotary adds a notary to the bus. Before myipaddr it does nothing. The first call after myipaddr opens the bus. The
// answer is always the same (iguana_notary.c:549-561, dpow_network.c:1470-1579).
func (n *node) addnotary(args arguments) any {
	added := success("notary node added")
	if n.ipAddress == "" {
		log.Print("need to set ipaddr before nanomsg")
		return added
	}
	if n.bus == nil {
		opened, err := openBus(n.elected.busPort)
		if err != nil {
			log.Printf("error binding to dpowsock: %v", err)
			return added
		}
		log.Printf("bus on port %d", n.elected.busPort)
		n.bus = opened
		n.bus.addPeer(n.ipAddress)
	}
	n.bus.addPeer(args.text("ipaddr"))
	return added
}

func (n *node) ipaddrs() any {
	if n.bus == nil {
		return []string{}
	}
	return n.bus.peers
}
