import { expect, test } from "vitest";
import { complaints } from "../list";

test.each<[string, string, string[]]>([
  [
    "a misspelt parameter",
    "chains:\n  - ac_name: REVS\n    ammount: 1300000\n    ac_suply: 1300000\n",
    [
      'list.yaml:3:5: unknown key "ammount" in chains[0]',
      'list.yaml:4:5: unknown key "ac_suply" in chains[0]; did you mean "ac_supply"?',
    ],
  ],
  [
    "an empty supply",
    "chains:\n  - ac_name: REVS\n    ac_supply:\n",
    ["list.yaml:3:15: chains[0].ac_supply must be a whole number from 0 to 90000000000; found nothing"],
  ],
  [
    "a supply that is no number",
    "chains:\n  - ac_name: BEER\n    ac_supply: lots\n",
    ['list.yaml:3:16: chains[0].ac_supply must be a whole number from 0 to 90000000000; found "lots"'],
  ],
  [
    "a negative supply",
    "chains:\n  - ac_name: BEER\n    ac_supply: -1\n",
    ["list.yaml:3:16: chains[0].ac_supply must be a whole number from 0 to 90000000000; found -1"],
  ],
  [
    "a fraction of a coin",
    "chains:\n  - ac_name: BEER\n    ac_supply: 1.5\n",
    ["list.yaml:3:16: chains[0].ac_supply must be a whole number from 0 to 90000000000; found 1.5"],
  ],
  [
    "too large a supply",
    "chains:\n  - ac_name: BEER\n    ac_supply: 90000000001\n",
    ["list.yaml:3:16: chains[0].ac_supply must be a whole number from 0 to 90000000000; found 90000000001"],
  ],
  [
    "a number too large for YAML",
    "chains:\n  - ac_name: BEER\n    ac_timelockgte: 9223372036854775807\n",
    [
      "list.yaml:3:21: chains[0].ac_timelockgte must be a whole number from 0 to 9223372036854775807, in quotes beyond 9007199254740991; found 9223372036854776000",
    ],
  ],
  [
    "true for 1",
    "chains:\n  - ac_name: BEER\n    ac_public: true\n",
    ["list.yaml:3:16: chains[0].ac_public must be 0 or 1; found true"],
  ],
  [
    "a list of rewards",
    "chains:\n  - ac_name: BEER\n    ac_reward: [1, 2]\n",
    [
      "list.yaml:3:16: chains[0].ac_reward must be 1 to 7 whole numbers up to 18446744073709551615 with commas between them; found a list",
    ],
  ],
  [
    "eight eras",
    "chains:\n  - ac_name: BEER\n    ac_eras: 8\n",
    ["list.yaml:3:14: chains[0].ac_eras must be a whole number from 1 to 7; found 8"],
  ],
  [
    "a public key without quotes",
    "chains:\n  - ac_name: BEER\n    ac_pubkey: 020202020202020202020202020202020202020202020202020202020202020202\n",
    ["list.yaml:3:16: chains[0].ac_pubkey must be 66 hex digits, in quotes; found 2.02020202020202e+64"],
  ],
  [
    "an odd number of hex digits",
    'chains:\n  - ac_name: BEER\n    ac_script: "abc"\n',
    ['list.yaml:3:16: chains[0].ac_script must be hex digits in pairs, in quotes; found "abc"'],
  ],
  [
    "a name too long for komodod",
    "chains:\n  - ac_name: AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n",
    [
      'list.yaml:2:14: chains[0].ac_name must be 1 to 64 letters, digits or _, in quotes if they are all digits; found "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA…',
    ],
  ],
  [
    "a name that is a number",
    "chains:\n  - ac_name: 2018\n",
    [
      "list.yaml:2:14: chains[0].ac_name must be 1 to 64 letters, digits or _, in quotes if they are all digits; found 2018",
    ],
  ],
  [
    "an assetchain named KMD",
    "chains:\n  - ac_name: KMD\n",
    ["list.yaml:2:14: chains[0].ac_name: komodod refuses an assetchain with the name of KMD itself"],
  ],
  [
    "a private chain",
    "chains:\n  - ac_name: BEER\n    ac_private: 1\n",
    ["list.yaml:3:17: chains[0].ac_private: komodod takes it for PIRATE and ZOMBIE alone"],
  ],
  [
    "a share for nobody",
    "chains:\n  - ac_name: BEER\n    ac_perc: 5\n    ac_founders: 1\n",
    [
      "list.yaml:3:14: chains[0].ac_perc: komodod drops it without ac_pubkey or ac_script",
      "list.yaml:4:18: chains[0].ac_founders: komodod drops it without ac_pubkey or ac_script",
    ],
  ],
  [
    "contracts without ac_cc",
    'chains:\n  - ac_name: BEER\n    ac_ccenable: "1,2"\n    ac_cclib: prices\n',
    [
      "list.yaml:3:18: chains[0].ac_ccenable: komodod drops it without ac_cc",
      "list.yaml:4:15: chains[0].ac_cclib: komodod drops it without ac_cc",
    ],
  ],
  [
    "beam",
    "chains:\n  - ac_name: BEER\n    ac_beam: 1\n",
    ["list.yaml:3:14: chains[0].ac_beam: komodod refuses it; leave it out"],
  ],
  [
    "an import without its parameter",
    "chains:\n  - ac_name: BEER\n    ac_import: PUBKEY\n",
    ["list.yaml:3:16: chains[0].ac_import: PUBKEY needs ac_pubkey"],
  ],
  [
    "a gateway with a supply",
    "chains:\n  - ac_name: BEER\n    ac_import: BTC\n",
    ["list.yaml:3:16: chains[0].ac_import: a gateway's coin needs ac_end 1, ac_supply 0 and no ac_perc"],
  ],
  [
    "another algorithm",
    "chains:\n  - ac_name: BEER\n    ac_algo: verushash\n",
    [
      'list.yaml:3:14: chains[0].ac_algo must be "equihash", the one algorithm of this daemon; found "verushash"',
    ],
  ],
  [
    "a decay of more than all",
    "chains:\n  - ac_name: BEER\n    ac_decay: 100000001\n",
    [
      "list.yaml:3:15: chains[0].ac_decay must be 1 to 7 whole numbers up to 100000000 with commas between them; found 100000001",
    ],
  ],
  [
    "komodod that is neither KMD nor an assetchain",
    "chains:\n  - symbol: DMK\n",
    [
      'list.yaml:2:13: chains[0]: komodod without ac_name runs KMD; found the symbol "DMK". Give it an ac_name, or another daemon',
    ],
  ],
  [
    "parameters without a name",
    "chains:\n  - symbol: KMD\n    ac_supply: 5\n",
    ["list.yaml:3:16: chains[0].ac_supply: it needs ac_name"],
  ],
  [
    "a data directory elsewhere",
    "chains:\n  - ac_name: BEER\n    datadir: /var/lib/beer\n",
    [
      `list.yaml:3:14: chains[0].datadir must be \${HOME}/ and a path, or a name of letters, digits and _; found "/var/lib/beer"`,
    ],
  ],
  [
    "a wrong node",
    'chains:\n  - ac_name: BEER\n    addnode: [1.2.3.4, "1.2.3.4 -gen"]\n',
    ['list.yaml:3:24: chains[0].addnode[1] must be a host, or host:port; found "1.2.3.4 -gen"'],
  ],
  [
    "a number as node",
    "chains:\n  - ac_name: BEER\n    addnode: 5\n",
    ["list.yaml:3:14: chains[0].addnode must be a host, or host:port, or a list of them; found 5"],
  ],
  [
    "a payee with too large a supply",
    'chains:\n  - ac_name: BEER\n    ac_script: "abcd"\n    ac_supply: 10000000001\n    ac_perc: 5\n',
    [
      "list.yaml:4:16: chains[0].ac_supply: with ac_script komodod takes at most 10000000000; found 10000000001",
    ],
  ],
  [
    "a payee and pay for notaries",
    'chains:\n  - ac_name: BEER\n    ac_script: "abcd"\n    ac_notarypay: 5\n',
    ["list.yaml:4:19: chains[0].ac_notarypay: komodod refuses it together with ac_script"],
  ],
  [
    "a share and a reward for founders",
    'chains:\n  - ac_name: BEER\n    ac_script: "abcd"\n    ac_perc: 5\n    ac_founders_reward: 5\n',
    ["list.yaml:5:25: chains[0].ac_founders_reward: komodod refuses it together with ac_perc"],
  ],
  [
    "a linear decay that never ends",
    'chains:\n  - ac_name: BEER\n    ac_eras: 2\n    ac_end: "9,0"\n    ac_decay: 100000000\n',
    ["list.yaml:5:15: chains[0].ac_decay: komodod drops 100000000 (linear) in an era without ac_end"],
  ],
  [
    "an unlock that ends before it begins",
    "chains:\n  - ac_name: BEER\n    ac_timeunlockfrom: 5\n    ac_timeunlockto: 4\n",
    ["list.yaml:3:24: chains[0].ac_timeunlockfrom: komodod drops it when it is after ac_timeunlockto, 4"],
  ],
  [
    "numbers that equihash has not",
    'chains:\n  - ac_name: BEER\n    ac_nk: "100,7"\n',
    [
      "list.yaml:3:12: chains[0].ac_nk: komodod knows 200,9 and 210,9 and 150,5 and 144,5 and 96,5 and 48,5; found 100,7",
    ],
  ],
  [
    "an import from CODA without its port",
    "chains:\n  - ac_name: BEER\n    ac_import: CODA\n",
    ["list.yaml:3:16: chains[0].ac_import: CODA needs ac_coda"],
  ],
  [
    "an import from BEAM",
    "chains:\n  - ac_name: BEER\n    ac_import: BEAM\n",
    ["list.yaml:3:16: chains[0].ac_import: BEAM needs ac_beam, which komodod refuses"],
  ],
  [
    "a stake of more than all",
    "chains:\n  - ac_name: BEER\n    ac_staked: 101\n",
    ["list.yaml:3:16: chains[0].ac_staked must be a whole number from 0 to 100; found 101"],
  ],
])("A problem in a parameter of komodod is reported with its position: %s", (_, text, messages) => {
  expect(complaints(text)).toEqual(messages);
});
