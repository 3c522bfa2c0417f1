// Command delay holds every packet that iptables passes to it (target NFQUEUE) for the same time. It does what the kernel's
// netem does, for kernels without netem. The packets stay in the kernel. This program only gets and sends their ids.
package main

import (
	"encoding/binary"
	"fmt"
	"log"
	"os"
	"strconv"
	"time"

	"github.com/mdlayher/netlink"
	"golang.org/x/sys/unix"
)

// Messages and attributes of linux/netfilter/nfnetlink_queue.h.
const (
	subsystem = unix.NFNL_SUBSYS_QUEUE << 8

	messagePacket       = 0
	messageConfig       = 2
	messageVerdictBatch = 3

	packetHeader  = 1
	verdictHeader = 2

	configCommand   = 1
	configCopy      = 2
	configMaxLength = 3
	configMask      = 4
	configFlags     = 5

	commandBind = 1
	copyMeta    = 1
	// The kernel need not cut large packets into segments before it queues them.
	flagWhole = 1 << 2

	accept = 1
)

// maxWaiting is how many packets may wait. At 1500 bytes each, 65536 packets fill a link of 1 Gbit/s for 0.8 s.
const maxWaiting = 65536

// waiting is a packet that waits until it is due.
type waiting struct {
	id  uint32
	due time.Time
}

func main() {
	queue, delay, err := readArguments(os.Args[1:])
	if err != nil {
		log.Fatal(err)
	}
	connection, err := bind(queue)
	if err != nil {
		log.Fatalf("cannot bind to queue %d: %v", queue, err)
	}
	packets := make(chan waiting, maxWaiting)
	go release(connection, queue, packets)
	log.Fatal(receive(connection, delay, packets))
}

func readArguments(arguments []string) (uint16, time.Duration, error) {
	if len(arguments) != 2 {
		return 0, 0, fmt.Errorf("usage: delay <queue> <duration, such as 7.5ms>")
	}
	queue, err := strconv.ParseUint(arguments[0], 10, 16)
	if err != nil {
		return 0, 0, fmt.Errorf("the queue must be a number from 0 to 65535: %w", err)
	}
	delay, err := time.ParseDuration(arguments[1])
	if err != nil {
		return 0, 0, fmt.Errorf("the duration must be one such as 7.5ms: %w", err)
	}
	return uint16(queue), delay, nil
}

func bind(queue uint16) (*netlink.Conn, error) {
	connection, err := netlink.Dial(unix.NETLINK_NETFILTER, nil)
	if err != nil {
		return nil, err
	}
	// When the message about a packet is lost, only that packet is lost. The connection must not fail.
	if err := connection.SetOption(netlink.NoENOBUFS, true); err != nil {
		return nil, err
	}
	if err := connection.SetReadBuffer(16 << 20); err != nil {
		return nil, err
	}
	attributes := netlink.NewAttributeEncoder()
	attributes.ByteOrder = binary.BigEndian
	attributes.Bytes(configCommand, []byte{commandBind, 0, 0, unix.AF_INET})
	attributes.Bytes(configCopy, []byte{0, 0, 0, 0, copyMeta})
	attributes.Uint32(configMaxLength, maxWaiting)
	attributes.Uint32(configMask, flagWhole)
	attributes.Uint32(configFlags, flagWhole)
	request, err := message(messageConfig, queue, attributes)
	if err != nil {
		return nil, err
	}
	request.Header.Flags |= netlink.Acknowledge
	_, err = connection.Execute(request)
	return connection, err
}

// receive notes when each packet is due. Packets come in order and all wait equally long, so they are also due in order.
func receive(connection *netlink.Conn, delay time.Duration, packets chan<- waiting) error {
	for {
		messages, err := connection.Receive()
		if err != nil {
			return err
		}
		due := time.Now().Add(delay)
		for _, received := range messages {
			if received.Header.Type != subsystem|messagePacket {
				continue
			}
			id, err := packetID(received.Data)
			if err != nil {
				return err
			}
			packets <- waiting{id, due}
		}
	}
}

// release accepts packets when they are due. One message accepts all packets that are due.
func release(connection *netlink.Conn, queue uint16, packets <-chan waiting) {
	next := <-packets
	for {
		sleepUntil(next.due)
		last, following := next, (*waiting)(nil)
		for following == nil && len(packets) > 0 {
			packet := <-packets
			if packet.due.After(time.Now()) {
				following = &packet
			} else {
				last = packet
			}
		}
		if err := acceptUpTo(connection, queue, last.id); err != nil {
			log.Fatal(err)
		}
		if following != nil {
			next = *following
		} else {
			next = <-packets
		}
	}
}

// sleepUntil is exact to a tenth of a millisecond. time.Sleep is only exact to one millisecond.
func sleepUntil(due time.Time) {
	for rest := time.Until(due); rest > 0; rest = time.Until(due) {
		duration := unix.NsecToTimespec(rest.Nanoseconds())
		if err := unix.Nanosleep(&duration, nil); err != nil && err != unix.EINTR {
			log.Fatal(err)
		}
	}
}

func acceptUpTo(connection *netlink.Conn, queue uint16, id uint32) error {
	attributes := netlink.NewAttributeEncoder()
	verdict := binary.BigEndian.AppendUint32(nil, accept)
	attributes.Bytes(verdictHeader, binary.BigEndian.AppendUint32(verdict, id))
	request, err := message(messageVerdictBatch, queue, attributes)
	if err != nil {
		return err
	}
	_, err = connection.Send(request)
	return err
}

func packetID(data []byte) (uint32, error) {
	const familyHeader = 4
	if len(data) < familyHeader {
		return 0, fmt.Errorf("the kernel sent a message of %d bytes, which is too short", len(data))
	}
	attributes, err := netlink.NewAttributeDecoder(data[familyHeader:])
	if err != nil {
		return 0, err
	}
	for attributes.Next() {
		if header := attributes.Bytes(); attributes.Type() == packetHeader && len(header) >= 4 {
			return binary.BigEndian.Uint32(header), nil
		}
	}
	return 0, fmt.Errorf("the kernel sent a message about a packet without the packet's id")
}

func message(kind netlink.HeaderType, queue uint16, attributes *netlink.AttributeEncoder) (netlink.Message, error) {
	body, err := attributes.Encode()
	if err != nil {
		return netlink.Message{}, err
	}
	family := binary.BigEndian.AppendUint16([]byte{unix.AF_UNSPEC, unix.NFNETLINK_V0}, queue)
	return netlink.Message{
		Header: netlink.Header{Type: subsystem | kind, Flags: netlink.Request},
		Data:   append(family, body...),
	}, nil
}
