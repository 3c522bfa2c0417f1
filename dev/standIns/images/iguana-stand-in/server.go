package main

import (
	"bytes"
	"fmt"
	"net"
	"strconv"
)

// maxRequest bounds a request; Iguana's buffer is of that order.
const maxRequest = 4 << 20

// serve answers one caller after the other, as Iguana's one RPC thread does (iguana_rpcloop, iguana_rpc.c:1164-1322):
// a call that takes long keeps the next one waiting. A connection carries one call.
func serve(listener net.Listener, answer func(arguments) []byte) error {
	for {
		caller, err := listener.Accept()
		if err != nil {
			return err
		}
		if request := readRequest(caller); len(request) > 0 {
			_, _ = caller.Write(response(answerRequest(request, answer)))
		}
		_ = caller.Close()
	}
}

// readRequest reads once, and on only where a Content-Length, spelt in just this way, says that more is to come
// (iguana_rpc.c:1199-1250).
func readRequest(caller net.Conn) []byte {
	request := make([]byte, maxRequest)
	length, err := caller.Read(request)
	if err != nil {
		return nil
	}
	whole := length
	if content := contentLength(request[:length]); content > 0 {
		if head := bytes.Index(request[:length], []byte("\r\n\r\n")); head >= 0 {
			whole = min(head+4+content, maxRequest)
		}
	}
	for length < whole {
		count, err := caller.Read(request[length:])
		if err != nil {
			break
		}
		length += count
	}
	return request[:length]
}

func contentLength(request []byte) int {
	_, rest, found := bytes.Cut(request, []byte("Content-Length: "))
	if !found {
		return 0
	}
	digits := 0
	for digits < len(rest) && rest[digits] >= '0' && rest[digits] <= '9' {
		digits++
	}
	length, _ := strconv.Atoi(string(rest[:digits]))
	return length
}

// response is Iguana's HTTP, byte for byte: a blank before a header's colon, which strict parsers refuse, and a length
// that leaves the last newline out; the end of the connection is the end of the answer (iguana_rpc.c:1281).
func response(answer []byte) []byte {
	head := fmt.Sprintf("HTTP/1.1 200 OK\r\n"+
		"Access-Control-Allow-Origin: *\r\n"+
		"Access-Control-Allow-Credentials: true\r\n"+
		"Access-Control-Allow-Methods: GET, POST\r\n"+
		"Cache-Control :  no-cache, no-store, must-revalidate\r\n"+
		"Content-Length : %8d\r\n\r\n", len(answer))
	return append(append([]byte(head), answer...), '\n')
}
