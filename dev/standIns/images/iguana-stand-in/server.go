package main

import (
	"bytes"
	"fmt"
	"net"
	"strconv"
)

// maxRequest is the longest request in bytes. Iguana's buffer has about this size.
const maxRequest = 4 << 20

// serve answers one caller after the other, as Iguana's only RPC thread does (iguana_rpcloop, iguana_rpc.c:1164-1322). So a
// slow call keeps the next one waiting. A connection carries one call.
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

// readRequest reads once. It reads more only when a header `Content-Length: `, in exactly this spelling, says that the
// request is longer (iguana_rpc.c:1199-1250).
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

// response returns the same bytes as Iguana (iguana_rpc.c:1281). Some headers have a blank before the colon, which strict
// parsers refuse. The length does not count the last newline. The answer ends where the connection ends.
func response(answer []byte) []byte {
	head := fmt.Sprintf("HTTP/1.1 200 OK\r\n"+
		"Access-Control-Allow-Origin: *\r\n"+
		"Access-Control-Allow-Credentials: true\r\n"+
		"Access-Control-Allow-Methods: GET, POST\r\n"+
		"Cache-Control :  no-cache, no-store, must-revalidate\r\n"+
		"Content-Length : %8d\r\n\r\n", len(answer))
	return append(append([]byte(head), answer...), '\n')
}
