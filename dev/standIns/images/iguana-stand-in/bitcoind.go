package main

import (
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"strings"
	"time"
)

const maxTries = 4

// passthru makes one call as bitcoind_RPC does (crypto777/bitcoind_RPC.c:134-302). The call has its own connection and no
// time limit. When the transport fails, it is made three times more, after 2, 4 and 8 seconds. passthru returns the result
// as text, the whole answer when it contains an error, or "" for no result. The HTTP status is ignored.
func (c *coin) passthru(method, params string) string {
	if !strings.HasPrefix(params, "[") {
		params = "[" + params + "]"
	}
	body := fmt.Sprintf(`{"id":"jl777","agent":%q,"method":%q,"params":%s}`, c.symbol, method, params)
	for try := 1; ; try++ {
		answer, err := c.post(body)
		if err == nil {
			return extractResult(answer)
		}
		if try == maxTries {
			log.Printf("%s: %s failed %d times: %v", c.symbol, method, try, err)
			return ""
		}
		time.Sleep(time.Duration(1<<try) * time.Second)
	}
}

// post opens a connection, sends what curl sends for Iguana, and closes the connection.
func (c *coin) post(body string) ([]byte, error) {
	url := c.serverport
	if !strings.Contains(url, "://") {
		url = "http://" + url
	}
	request, err := http.NewRequest(http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("User-Agent", "mozilla/4.0")
	request.Header.Set("Accept", "*/*")
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if c.userpass != "" {
		// For curl the user ends at the first colon.
		user, password, _ := strings.Cut(c.userpass, ":")
		request.SetBasicAuth(user, password)
	}
	transport := &http.Transport{
		DisableCompression: true,
		// Iguana does not check certificates, either (bitcoind_RPC.c:216-220).
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true},
	}
	defer transport.CloseIdleConnections()
	response, err := transport.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	return io.ReadAll(response.Body)
}

// extractResult does what post_process_bitcoind_RPC does (bitcoind_RPC.c:67-122).
func extractResult(answer []byte) string {
	var parsed struct {
		Result json.RawMessage `json:"result"`
		Error  json.RawMessage `json:"error"`
	}
	if json.Unmarshal(answer, &parsed) != nil {
		return ""
	}
	if parsed.Result == nil && parsed.Error == nil {
		return string(answer)
	}
	if isNull(parsed.Error) {
		if isNull(parsed.Result) {
			return ""
		}
		return strings.Trim(string(parsed.Result), `"`)
	}
	return string(answer)
}

func isNull(value json.RawMessage) bool { return len(value) == 0 || string(value) == "null" }
