package main

import (
	"bytes"
	"encoding/json"
	"net/url"
	"regexp"
	"strings"
)

var (
	origin      = regexp.MustCompile(`(?:Origin|Referer): (\S*)`)
	localOrigin = regexp.MustCompile(`^(?:null|agama://|file://127\.0\.0\.|chrome-extension://|http://127\.0\.0\.|http://localhost:)`)
)

// answerRequest finds the call in a request's body, or else in its path (SuperNET_rpcparse, iguana_rpc.c:843-1140).
func answerRequest(request []byte, answer func(arguments) []byte) []byte {
	if match := origin.FindSubmatch(request); match != nil && !localOrigin.Match(match[1]) {
		return encode(failure("remote origin not enabled"))
	}
	var body any
	if length := contentLength(request); length > 0 && length <= len(request) {
		_ = json.Unmarshal(request[len(request)-length:], &body)
	}
	switch call := body.(type) {
	case map[string]any:
		return answer(unwrap(newArguments(call)))
	case []any:
		if len(call) > 0 {
			return answerAll(call, answer)
		}
		return answer(arguments{})
	default:
		return answer(callInPath(request))
	}
}

func answerAll(calls []any, answer func(arguments) []byte) []byte {
	answers := make([]json.RawMessage, len(calls))
	for i, call := range calls {
		fields, _ := call.(map[string]any)
		answers[i] = answer(newArguments(fields))
	}
	return encode(answers)
}

// unwrap returns the call inside {"agent":…,"params":[{…}]} (iguana_rpc.c:1117-1123).
func unwrap(args arguments) arguments {
	agent := args.text("agent")
	if agent == "" || agent == "bitcoinrpc" || !args.has("params") {
		return args
	}
	params, _ := args["params"].([]any)
	if len(params) != 1 {
		return arguments{}
	}
	inner, _ := params[0].(map[string]any)
	return newArguments(inner)
}

// callInPath reads a call from a path such as /api/agent/method?name=value.
func callInPath(request []byte) arguments {
	line, _, _ := bytes.Cut(request, []byte("\r\n"))
	words := strings.Fields(string(line))
	if len(words) < 2 {
		return arguments{}
	}
	target, err := url.Parse(words[1])
	if err != nil {
		return arguments{}
	}
	parts := strings.Split(strings.TrimPrefix(strings.TrimPrefix(target.Path, "/api"), "/"), "/")
	if len(parts) < 2 {
		return arguments{}
	}
	args := arguments{"agent": parts[0], "method": parts[1]}
	for name, values := range target.Query() {
		args[strings.ToLower(name)] = values[0]
	}
	return args
}
