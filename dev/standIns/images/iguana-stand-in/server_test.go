package main

import (
	"io"
	"net"
	"regexp"
	"testing"
	"time"
)

const ipaddrsCall = `{"agent":"dpow","method":"ipaddrs"}`

// exchange sends a request in pieces to a new node and returns the whole answer.
func exchange(t *testing.T, pieces ...string) string {
	t.Helper()
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	go func() { _ = serve(listener, newNode(&elected{}, func(int) {}).answer) }()
	caller, err := net.Dial("tcp4", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer caller.Close()
	for i, piece := range pieces {
		if i > 0 {
			time.Sleep(50 * time.Millisecond)
		}
		if _, err := io.WriteString(caller, piece); err != nil {
			t.Fatal(err)
		}
	}
	answer, err := io.ReadAll(caller)
	if err != nil {
		t.Fatal(err)
	}
	return string(answer)
}

// The expected bytes are those that the real Iguana sent.
func TestResponseIsIguanasOwn(t *testing.T) {
	want := "HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\nAccess-Control-Allow-Credentials: true\r\n" +
		"Access-Control-Allow-Methods: GET, POST\r\nCache-Control :  no-cache, no-store, must-revalidate\r\n" +
		"Content-Length :        2\r\n\r\n[]\n"
	if got := exchange(t, "POST / HTTP/1.1\r\nContent-Length: 35\r\n\r\n"+ipaddrsCall); got != want {
		t.Errorf("got %q", got)
	}
}

func TestRequestForms(t *testing.T) {
	for name, test := range map[string]struct {
		pieces []string
		want   string
	}{
		"head and body apart":      {[]string{"POST / HTTP/1.1\r\nContent-Length: 35\r\n\r\n", ipaddrsCall}, `\n\[\]\n$`},
		"another spelling":         {[]string{"POST / HTTP/1.1\r\ncontent-length: 35\r\n\r\n" + ipaddrsCall}, `no method`},
		"in the path":              {[]string{"GET /api/foo/bar HTTP/1.1\r\n\r\n"}, `"unsupported call","agent":"foo","method":"bar"`},
		"a page's origin":          {[]string{"POST / HTTP/1.1\r\nOrigin: http://x.example\r\nContent-Length: 35\r\n\r\n" + ipaddrsCall}, `remote origin not enabled`},
		"a call in params":         {[]string{"POST / HTTP/1.1\r\nContent-Length: 64\r\n\r\n" + `{"agent":"dpow","params":[{"agent":"dpow","method":"ipaddrs"}]} `}, `\n\[\]\n$`},
		"a given tag":              {[]string{"POST / HTTP/1.1\r\nContent-Length: 43\r\n\r\n" + `{"agent":"foo","method":"bar","tag":"1234"}`}, `"tag":"1234"\}\n$`},
		"a random tag":             {[]string{"POST / HTTP/1.1\r\nContent-Length: 30\r\n\r\n" + `{"agent":"foo","method":"bar"}`}, `"tag":"\d+"\}\n$`},
		"walletpassphrase no coin": {[]string{"POST / HTTP/1.1\r\nContent-Length: 46\r\n\r\n" + `{"method":"walletpassphrase","params":["x",9]}`}, `null return from iguana_bitcoinRPC`},
	} {
		t.Run(name, func(t *testing.T) {
			if got := exchange(t, test.pieces...); !regexp.MustCompile(test.want).MatchString(got) {
				t.Errorf("got %q", got)
			}
		})
	}
}
