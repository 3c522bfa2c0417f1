package main

import (
	"slices"
	"strings"
)

// methods are the calls of each agent, in the order in which `help` lists them.
var methods = map[string][]string{
	"dpow":       {"notarizations", "active", "ipaddrs"},
	"iguana":     {"addnotary", "addcoin", "dpow"},
	"bitcoinrpc": {"walletpassphrase", "encryptwallet"},
	"SuperNET":   {"help", "myipaddr", "activehandle", "stop"},
}

// answer returns the answer to one call (SuperNET_JSON and SuperNET_jsonstr, iguana/main.c:332-372, 157-173).
func (n *node) answer(args arguments) []byte {
	method := args.text("method")
	switch method {
	case "":
		return encode(failure("no method"))
	case "login", "logout":
		return encode(failure("login and logout are internal only functions"))
	}
	agent := args.text("agent")
	switch {
	case agent != "" && !args.has("params"):
		return tagged(n.agentCall(agent, method, args), args)
	case slices.Contains(methods["bitcoinrpc"], method) || method == "help":
		return tagged(n.bitcoinCall(method, args), args)
	default:
		return tagged(failure("need both agent and method"), args)
	}
}

// agentCall answers a call of the form {"agent":…,"method":…,…} (SuperNET_parser, iguana/iguana_json.c:507).
func (n *node) agentCall(agent, method string, args arguments) any {
	chosen := n.chosenCoin(args)
	if agent == "bitcoinrpc" && chosen == nil {
		return failure("bitcoinrpc needs coin that is active")
	}
	switch agent + "/" + method {
	case "SuperNET/help":
		return n.help()
	case "SuperNET/myipaddr":
		return n.myipaddr(args)
	case "SuperNET/activehandle":
		return n.activehandle()
	case "SuperNET/stop":
		return n.stop()
	case "iguana/addnotary":
		return n.addnotary(args)
	case "iguana/addcoin":
		return n.addcoin(args)
	case "iguana/dpow":
		return n.startDPoW(args)
	case "dpow/notarizations":
		return n.countNotarizations(args)
	case "dpow/ipaddrs":
		return n.ipaddrs()
	case "dpow/active":
		return n.active(args)
	case "bitcoinrpc/walletpassphrase":
		return n.walletpassphrase(chosen, first(args.text("password"), args.text("passphrase")), args.integer("timeout"))
	case "bitcoinrpc/encryptwallet":
		return n.encryptwallet(chosen, first(args.text("passphrase"), args.text("password")))
	default:
		return object{{"error", "unsupported call"}, {"agent", agent}, {"method", method}}
	}
}

// bitcoinCall answers a call of the form {"method":…,"params":[…]}. Each of these calls needs a coin (iguana_bitcoinRPC,
// iguana/iguana_rpc.c:722-765).
func (n *node) bitcoinCall(method string, args arguments) any {
	c := n.chosenCoin(arguments{"coin": strings.ToUpper(args.text("coin"))})
	if c == nil {
		return failure("null return from iguana_bitcoinRPC")
	}
	params, _ := args["params"].([]any)
	named := arguments{}
	for i, name := range []string{"0", "1"} {
		if i < len(params) {
			named[name] = params[i]
		}
	}
	switch method {
	case "walletpassphrase":
		return n.walletpassphrase(c, named.text("0"), named.integer("1"))
	case "encryptwallet":
		return n.encryptwallet(c, named.text("0"))
	default:
		return n.help()
	}
}

// help lists all calls.
func (n *node) help() any {
	calls := []object{}
	for _, agent := range []string{"dpow", "iguana", "bitcoinrpc", "SuperNET"} {
		for _, method := range methods[agent] {
			calls = append(calls, object{{"agent", agent}, {"method", method}})
		}
	}
	return object{{"result", object{{"API", calls}}}}
}

func first(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}
