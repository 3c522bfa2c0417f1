import { expect, test } from "vitest";
import { complaints } from "../list";

test.each<[string, string, string[]]>([
  [
    "chains that are no list",
    "chains: { ac_name: BEER }\n",
    ["list.yaml:1:9: chains must be a list; found a mapping"],
  ],
  [
    "no entry",
    "chains: []\n",
    ["list.yaml:1:9: chains must be a list that is not empty; found an empty list"],
  ],
  [
    "an entry that is a name",
    "chains:\n  - BEER\n",
    ['list.yaml:2:5: chains[0] must be a mapping; found "BEER"'],
  ],
  [
    "an entry without a name",
    "chains:\n  - ac_supply: 1\n",
    ['list.yaml:2:5: chains[0] lacks "ac_name" or "symbol", one of which must name the chain'],
  ],
  [
    "a misspelt key of ours",
    "chains:\n  - symbol: LTC\n    daemon: litecoind\n    p2pport: 9333\n    p2pPort: 9333\n    rpcPort: 9332\n",
    ['list.yaml:4:5: unknown key "p2pport" in chains[0]; did you mean "p2pPort"?'],
  ],
  [
    "a name too long for Iguana",
    "chains:\n  - ac_name: ABCDEFGHIJKLMNOP\n",
    [
      'list.yaml:2:14: "ABCDEFGHIJKLMNOP" is a name Iguana cannot hold: a symbol has 1 to 15 letters, digits or _, and no _ at either end; give the chain a "symbol"',
    ],
  ],
  [
    "a symbol with a hyphen",
    "chains:\n  - ac_name: GLEEC\n    symbol: GLEEC-OLD\n",
    [
      'list.yaml:3:13: "GLEEC-OLD" is a name Iguana cannot hold: a symbol has 1 to 15 letters, digits or _, and no _ at either end',
    ],
  ],
  [
    "the symbol of Iguana",
    "chains:\n  - ac_name: IGUANA\n",
    [
      'list.yaml:2:14: chains[0]: no chain may have the symbol "IGUANA", which is Iguana\'s own; give the chain another "symbol"',
    ],
  ],
  [
    "a wrong stated port",
    "chains:\n  - ac_name: CRYPTO\n    ac_supply: 999999\n    p2pPort: 12947\n    rpcPort: 12948\n",
    [
      "list.yaml:4:14: chains[0].p2pPort: komodod computes 8515 from these parameters; found 12947",
      "list.yaml:5:14: chains[0].rpcPort: komodod computes 8516 from these parameters; found 12948",
    ],
  ],
  [
    "another port for KMD",
    "chains:\n  - symbol: KMD\n    p2pPort: 7771\n",
    ["list.yaml:3:14: chains[0].p2pPort: komodod computes 7770 from these parameters; found 7771"],
  ],
  [
    "ports that are not stated",
    "chains:\n  - symbol: LTC\n    daemon: litecoind\n    rpcPort: 9332\n",
    ['list.yaml:2:5: chains[0] lacks "p2pPort", which must be stated: it cannot be computed for litecoind'],
  ],
  [
    "a port out of range",
    "chains:\n  - symbol: LTC\n    daemon: litecoind\n    p2pPort: 70000\n    rpcPort: 0\n",
    [
      "list.yaml:4:14: chains[0].p2pPort must be a port from 1 to 65535; found 70000",
      "list.yaml:5:14: chains[0].rpcPort must be a port from 1 to 65535; found 0",
    ],
  ],
  [
    "one port for both",
    "chains:\n  - symbol: LTC\n    daemon: litecoind\n    p2pPort: 9333\n    rpcPort: 9333\n",
    ["list.yaml:2:13: LTC has port 9333 for p2p and for RPC; state two different ports"],
  ],
  [
    "two chains on one port",
    "chains:\n  - ac_name: BEER\n    ac_supply: 100000000\n  - symbol: LTC\n    daemon: litecoind\n    p2pPort: 9333\n    rpcPort: 8922\n",
    [
      "list.yaml:4:13: 8922 is the RPC port of LTC and the p2p port of BEER (line 2); give one of the chains another port, or leave one out",
    ],
  ],
  [
    "a chain twice",
    "chains:\n  - ac_name: BEER\n  - ac_name: PIZZA\n  - ac_name: BEER\n    ac_supply: 5\n",
    ['list.yaml:4:14: the symbol "BEER" is taken by the chain on line 2; give one of them another "symbol"'],
  ],
  [
    "two names that are one on the network",
    "chains:\n  - ac_name: GLEEC_OLD\n  - ac_name: Gleec_old\n",
    [
      'list.yaml:3:14: the symbols "Gleec_old" and "GLEEC_OLD" (line 2) are both gleec-old on the network; give one of them another "symbol"',
    ],
  ],
  [
    "two chains with one conf",
    "chains:\n  - ac_name: BEER\n  - ac_name: BEER\n    symbol: ALE\n    ac_supply: 5\n",
    [
      'list.yaml:4:13: ALE and BEER (line 2) would both have the conf .komodo/BEER/BEER.conf; give one of them another "datadir"',
    ],
  ],
  [
    "an absolute conf",
    "chains:\n  - symbol: LTC\n    daemon: litecoind\n    conf: /etc/litecoin.conf\n    p2pPort: 9333\n    rpcPort: 9332\n",
    [
      'list.yaml:4:11: chains[0].conf must be a path under the daemon\'s home such as .litecoin/litecoin.conf, not absolute and without ..; found "/etc/litecoin.conf"',
    ],
  ],
  [
    "a conf outside of home",
    "chains:\n  - symbol: LTC\n    daemon: litecoind\n    conf: .litecoin/../../litecoin.conf\n    p2pPort: 9333\n    rpcPort: 9332\n",
    [
      'list.yaml:4:11: chains[0].conf must be a path under the daemon\'s home such as .litecoin/litecoin.conf, not absolute and without ..; found ".litecoin/../../litecoin.conf"',
    ],
  ],
  [
    "a conf that komodod would not read",
    "chains:\n  - ac_name: BEER\n    conf: .komodo/BEER.conf\n",
    [
      'list.yaml:3:11: chains[0].conf: an assetchain\'s daemon reads .komodo/BEER/BEER.conf; found ".komodo/BEER.conf"',
    ],
  ],
  [
    "a prefix beyond a byte",
    "chains:\n  - ac_name: BEER\n    prefixes: { pubkeyHash: 256, scriptHash: 85, wif: x }\n",
    [
      "list.yaml:3:29: chains[0].prefixes.pubkeyHash must be a whole number from 0 to 255; found 256",
      'list.yaml:3:55: chains[0].prefixes.wif must be a whole number from 0 to 255; found "x"',
    ],
  ],
  [
    "a missing prefix",
    "chains:\n  - ac_name: BEER\n    prefixes: { pubkeyHash: 60, scriptHash: 85 }\n",
    ['list.yaml:3:15: chains[0].prefixes lacks "wif", which must be a whole number from 0 to 255'],
  ],
  [
    "a flag without its hyphen",
    "chains:\n  - ac_name: BEER\n    flags: [gen]\n",
    ['list.yaml:3:13: chains[0].flags[0] must be a flag that begins with -; found "gen"'],
  ],
  [
    "a flag that is ours",
    "chains:\n  - ac_name: BEER\n    flags: [-rpcpassword=hunter2, -gen]\n",
    [
      "list.yaml:3:13: chains[0].flags[0] must be another flag, because dokomodo sets -rpcpassword itself; found a secret value",
    ],
  ],
  [
    "a key that is ours",
    "chains:\n  - ac_name: BEER\n    rpcpassword: hunter2\n",
    [
      "list.yaml:3:18: chains[0].rpcpassword must be left out, because dokomodo sets it; found a secret value",
    ],
  ],
  [
    "a parameter among the flags",
    "chains:\n  - ac_name: BEER\n    flags: [-gen, -ac_cc=2]\n",
    [
      "list.yaml:3:19: chains[0].flags[1]: write ac_cc as a key of the entry; ports and paths come from the keys",
    ],
  ],
  [
    "a url with a password",
    "chains:\n  - ac_name: BEER\n    url: http://user:hunter2@chain.example:7771\n",
    [
      "list.yaml:3:10: chains[0].url must be http:// or https:// with a host and a port, and nothing else; found a secret value",
    ],
  ],
  [
    "a url of another scheme",
    "chains:\n  - ac_name: BEER\n    url: ftp://chain.example:7771\n",
    [
      'list.yaml:3:10: chains[0].url must be http:// or https:// with a host and a port, and nothing else; found "ftp://chain.example:7771"',
    ],
  ],
  [
    "an image with a space",
    "chains:\n  - ac_name: BEER\n    image: komodod latest\n",
    [
      'list.yaml:3:12: chains[0].image must be a reference of an image, without spaces; found "komodod latest"',
    ],
  ],
  [
    "an unknown dest",
    "chains:\n  - ac_name: BEER\n    dest: PIZA\n  - ac_name: PIZZA\n",
    ['list.yaml:3:11: chains[0].dest: no chain has the symbol "PIZA"; did you mean "PIZZA"?'],
  ],
  [
    "a chain that is its own dest",
    "chains:\n  - ac_name: BEER\n    dest: BEER\n",
    ["list.yaml:3:11: chains[0].dest: it names the chain itself"],
  ],
  [
    "too small a freq",
    "chains:\n  - ac_name: BEER\n    freq: 1\n",
    ["list.yaml:3:11: chains[0].freq must be a whole number of blocks from 2 to 100; found 1"],
  ],
  [
    "an unknown chain in a set",
    "chains:\n  - ac_name: BEER\nsets:\n  dev: [BEER, PIZZA, BER]\n",
    [
      'list.yaml:4:15: sets.dev[1]: no chain has the symbol "PIZZA"; known are BEER',
      'list.yaml:4:22: sets.dev[2]: no chain has the symbol "BER"; did you mean "BEER"?',
    ],
  ],
  [
    "a chain twice in a set",
    "chains:\n  - ac_name: BEER\nsets:\n  dev: [BEER, BEER]\n",
    ['list.yaml:4:15: sets.dev[1]: "BEER" is in this set twice; remove one of them'],
  ],
  [
    "a set with a chain's name",
    "chains:\n  - ac_name: BEER\nsets:\n  BEER: [BEER]\n",
    [
      'list.yaml:4:3: the set "BEER" has the name of a chain; rename it, because a list of chains could mean either',
    ],
  ],
  [
    "an empty set",
    "chains:\n  - ac_name: BEER\nsets:\n  dev: []\n",
    ["list.yaml:4:8: sets.dev must be a list that is not empty; found an empty list"],
  ],
  [
    "a set with an odd name",
    "chains:\n  - ac_name: BEER\nsets:\n  my set: [BEER]\n",
    ['list.yaml:4:3: the key "my set" in sets must be a name of letters, digits, - or _'],
  ],
  [
    "a flag that is ours with two hyphens",
    "chains:\n  - ac_name: BEER\n    flags: [--rpcport=1, -noserver]\n",
    [
      'list.yaml:3:13: chains[0].flags[0] must be another flag, because dokomodo sets -rpcport itself; found "--rpcport=1"',
      'list.yaml:3:26: chains[0].flags[1] must be another flag, because dokomodo sets -noserver itself; found "-noserver"',
    ],
  ],
  [
    "a data directory among the flags",
    "chains:\n  - ac_name: BEER\n    flags: [-datadir=/x]\n",
    [
      "list.yaml:3:13: chains[0].flags[0]: write datadir as a key of the entry; ports and paths come from the keys",
    ],
  ],
  [
    "a data directory and a port among the flags of a daemon that is not komodod",
    "chains:\n  - symbol: LTC\n    daemon: litecoind\n    p2pPort: 9333\n    rpcPort: 9332\n    flags: [-datadir=/x, -port=9333, -regtest.port=1]\n",
    [
      "list.yaml:6:13: chains[0].flags[0]: write datadir as a key of the entry; ports and paths come from the keys",
      'list.yaml:6:38: chains[0].flags[2]: the port is that of the key p2pPort, 9333; found "-regtest.port=1"',
    ],
  ],
  [
    "a data directory of KMD that is not where its conf is",
    `chains:\n  - symbol: KMD\n    datadir: \${HOME}/elsewhere\n`,
    [
      `list.yaml:3:14: chains[0].datadir: the daemon keeps its data where its conf is, in \${HOME}/.komodo; found "\${HOME}/elsewhere". Leave datadir out, or state conf`,
    ],
  ],
  [
    "a data directory of LTC that is not where its conf is",
    "chains:\n  - symbol: LTC\n    daemon: litecoind\n    p2pPort: 9333\n    rpcPort: 9332\n    datadir: old\n",
    [
      `list.yaml:6:14: chains[0].datadir: the daemon keeps its data where its conf is, in \${HOME}/.litecoin; found "old". Leave datadir out, or state conf`,
    ],
  ],
  [
    "a flag that is ours for one network alone",
    "chains:\n  - ac_name: BEER\n    flags: [-regtest.rpcbind=0.0.0.0]\n",
    [
      'list.yaml:3:13: chains[0].flags[0] must be another flag, because dokomodo sets -rpcbind itself; found "-regtest.rpcbind=0.0.0.0"',
    ],
  ],
])("A problem in a key of dokomodo is reported with its position: %s", (_, text, messages) => {
  expect(complaints(text)).toEqual(messages);
});
