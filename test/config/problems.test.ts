import { describe, expect, test } from "vitest";
import { CHAINS, changed, HOST, load, messages, NOTARY, write } from "./stackFiles";

describe("a bad config", () => {
  const cases: [string, string, string[]][] = [
    [
      "an unknown key",
      changed(["dokomodo:host"], "alpha"),
      ['Pulumi.test.yaml:14:3: unknown key "dokomodo:host" in config; did you mean "dokomodo:hosts"?'],
    ],
    [
      "no hosts",
      changed(["dokomodo:hosts"], undefined),
      ['Pulumi.test.yaml:2:3: config lacks "dokomodo:hosts", which must be a list'],
    ],
    [
      "an empty list of hosts",
      changed(["dokomodo:hosts"], []),
      ["Pulumi.test.yaml:3:19: config.dokomodo:hosts must be a list that is not empty; found an empty list"],
    ],
    [
      "a roll-out of none at once",
      changed(["dokomodo:rollOut"], { atOnce: 0 }),
      [
        "Pulumi.test.yaml:15:13: config.dokomodo:rollOut.atOnce must be a whole number from 1 to 1000; found 0",
      ],
    ],
    [
      "a disk guard that would stop again what it has just started",
      changed(["dokomodo:diskGuard"], { stopBelow: 200, startAbove: 200 }),
      [
        "Pulumi.test.yaml:15:5: config.dokomodo:diskGuard must be limits of which `startAbove` is more than `stopBelow`, or a daemon could stop again at once; found a mapping",
      ],
    ],
    [
      "another platform",
      changed(["dokomodo:platform"], "nomad"),
      ['Pulumi.test.yaml:14:22: config.dokomodo:platform must be "docker" or "kubernetes"; found "nomad"'],
    ],
    [
      "a host that is reached in an unknown way",
      changed([...HOST, "docker"], "http://192.0.2.1"),
      [
        'Pulumi.test.yaml:4:30: config.dokomodo:hosts[0].docker must be unix:///path of a socket, ssh://user@host[:port], or tcp://host:port; found "http://192.0.2.1"',
      ],
    ],
    [
      "a host's address that is a name",
      changed([...HOST, "address"], "alpha.example"),
      [
        'Pulumi.test.yaml:4:70: config.dokomodo:hosts[0].address must be an IPv4 address; found "alpha.example"',
      ],
    ],
    [
      "a misspelt key of a host",
      changed([...HOST, "adress"], "192.0.2.1"),
      ['Pulumi.test.yaml:4:81: unknown key "adress" in config.dokomodo:hosts[0]; did you mean "address"?'],
    ],
    [
      "two hosts of one name",
      changed(["dokomodo:hosts", 1], { name: "alpha", docker: "unix:///d", address: "192.0.2.2" }),
      ["Pulumi.test.yaml:5:13: two hosts are named alpha; rename one of them"],
    ],
    [
      "a notary's name that is no DNS label",
      changed([...NOTARY, "name"], "East!"),
      [
        'Pulumi.test.yaml:11:15: config.dokomodo:notaries[0].name must be a DNS label: lower-case letters, digits and -, at most 32 characters; found "East!"',
      ],
    ],
    [
      "a notary on an unknown host",
      changed([...NOTARY, "host"], "beta"),
      ["Pulumi.test.yaml:11:27: no host is named beta; dokomodo:hosts has alpha"],
    ],
    [
      "an unknown chain",
      changed([...NOTARY, "chains"], ["KMD", "LTC", "BEAR"]),
      ['Pulumi.test.yaml:11:54: no chain and no set has the name "BEAR"; did you mean "BEER"?'],
    ],
    [
      "no chains",
      changed([...NOTARY, "chains"], []),
      [
        "Pulumi.test.yaml:11:42: config.dokomodo:notaries[0].chains must be a list that is not empty; found an empty list",
      ],
    ],
    [
      "an assetchain without KMD",
      changed([...NOTARY, "chains"], ["BEER"]),
      ["Pulumi.test.yaml:11:42: BEER is notarised to KMD, which is not among the notary's chains; add KMD"],
    ],
    [
      "KMD without LTC",
      changed([...NOTARY, "chains"], ["KMD", "BEER"]),
      ["Pulumi.test.yaml:11:42: KMD is notarised to LTC, which is not among the notary's chains; add LTC"],
    ],
    [
      "a placement of a chain that is not there",
      changed([...NOTARY, "placement"], { PIZZA: "alpha" }),
      ["Pulumi.test.yaml:11:82: PIZZA is not among the chains of east; add it to them, or remove it here"],
    ],
    [
      "a rotation of a chain that is not there",
      changed([...NOTARY, "rotation"], { PIZZA: 2 }),
      ["Pulumi.test.yaml:11:81: PIZZA is not among the chains of east; add it to them, or remove it here"],
    ],
    [
      "former passwords that are none",
      changed([...NOTARY, "rotatedFrom"], {
        KMD: { until: "20260231-120000" },
        LTC: {},
      }),
      [
        'Pulumi.test.yaml:11:91: config.dokomodo:notaries[0].rotatedFrom.KMD.until must be a time in UTC, such as 20260131-235959; found "20260231-120000"',
        'Pulumi.test.yaml:11:115: config.dokomodo:notaries[0].rotatedFrom.LTC lacks "until", which must be a time in UTC, such as 20260131-235959',
      ],
    ],
    [
      "a former password that is the present one",
      changed([...NOTARY, "rotatedFrom"], { KMD: { until: "20260131-235959" } }),
      [
        "Pulumi.test.yaml:11:82: KMD has this rotation now; state in `rotation` the one before it, or remove KMD here",
      ],
    ],
    [
      "bounds for UTXOs of a chain that is not there",
      changed([...NOTARY, "utxos"], { PIZZA: { low: 10, high: 50 } }),
      ["Pulumi.test.yaml:11:78: PIZZA is not among the chains of east; add it to them, or remove it here"],
    ],
    [
      "bounds for UTXOs the wrong way around",
      changed([...NOTARY, "utxos"], { all: { low: 50, high: 10 } }),
      [
        "Pulumi.test.yaml:11:76: config.dokomodo:notaries[0].utxos.all must be bounds of which `low` is not more than `high`; found a mapping",
      ],
    ],
    [
      "bounds for UTXOs that are no numbers",
      changed([...NOTARY, "utxos"], { all: { low: 0 }, KMD: "some" }),
      [
        'Pulumi.test.yaml:11:76: config.dokomodo:notaries[0].utxos.all lacks "high", which must be a whole number from 1 to 2000',
        "Pulumi.test.yaml:11:83: config.dokomodo:notaries[0].utxos.all.low must be a whole number from 1 to 2000; found 0",
        'Pulumi.test.yaml:11:93: config.dokomodo:notaries[0].utxos.KMD must be "none" or a mapping; found "some"',
      ],
    ],
    [
      "a dest that is not there",
      changed([...NOTARY, "dest"], { BEER: "BTC" }),
      ["Pulumi.test.yaml:11:42: BEER is notarised to BTC, which is not among the notary's chains; add BTC"],
    ],
    [
      "a peer that is a name",
      changed([...NOTARY, "peers"], ["notary.example"]),
      [
        'Pulumi.test.yaml:11:71: config.dokomodo:notaries[0].peers[0] must be an IPv4 address; found "notary.example"',
      ],
    ],
    [
      "a daemon that no image is known for",
      changed([...NOTARY, "chains"], ["KMD", "LTC", "BUS"]),
      ["Pulumi.test.yaml:7:5: no image is stated for busd, which runs BUS: set dokomodo:daemons.busd.image"],
    ],
    [
      "a daemon whose known image has no digest",
      changed(["dokomodo:daemons", "litecoind"], undefined),
      [
        "Pulumi.test.yaml:7:5: litecoind would run in btcpayserver/litecoin:0.21.5.5, which may be another image tomorrow: state it as dokomodo:daemons.litecoind.image, and write its digest there with npx dokomodo images pin",
      ],
    ],
    [
      "a directory of files for hosts that have none",
      changed(["dokomodo:downloads"], { directory: "/srv/zcash" }).replace(
        "config:\n",
        "config:\n  dokomodo:platform: kubernetes\n",
      ),
      [
        "Pulumi.test.yaml:16:16: dokomodo:downloads.directory is a directory of a host, which pods do not see; serve the files, and state their URL as dokomodo:downloads.mirror",
      ],
    ],
    [
      "files that a daemon needs, with mistakes",
      changed(
        ["dokomodo:daemons", "komodod", "downloads"],
        [{ path: "../up", sha256: "12", bytes: 0, sources: ["ftp://x/y"] }],
      ),
      [
        `Pulumi.test.yaml:7:127: config.dokomodo:daemons.komodod.downloads[0].path must be a path under the daemon's home such as .zcash-params/sapling-spend.params, without ..; found "../up"`,
        `Pulumi.test.yaml:7:142: config.dokomodo:daemons.komodod.downloads[0].sha256 must be a SHA-256 of 64 hex digits; found "12"`,
        "Pulumi.test.yaml:7:155: config.dokomodo:daemons.komodod.downloads[0].bytes must be a number of bytes; found 0",
        `Pulumi.test.yaml:7:169: config.dokomodo:daemons.komodod.downloads[0].sources[0] must be a URL that begins with http:// or https://; found "ftp://x/y"`,
      ],
    ],
    [
      "an image by tag",
      changed(["dokomodo:daemons", "komodod", "image"], "komodod:latest"),
      [
        "Pulumi.test.yaml:7:23: dokomodo:daemons.komodod.image is komodod:latest, which may be another image tomorrow: pin it with npx dokomodo images pin, or set dokomodo:development",
      ],
    ],
    [
      "a daemon that runs as root",
      changed(["dokomodo:daemons", "komodod", "user"], "0:0"),
      [
        `Pulumi.test.yaml:7:112: config.dokomodo:daemons.komodod.user must be uid or uid:gid in digits, neither of them 0; found "0:0"`,
      ],
    ],
    [
      "an Iguana whose group is left to its image",
      changed(["dokomodo:iguana", "user"], "3004"),
      [
        `Pulumi.test.yaml:9:117: config.dokomodo:iguana.user must be uid:gid in digits, neither of them 0; found "3004"`,
      ],
    ],
    [
      "a daemon's home that is relative",
      changed(["dokomodo:daemons", "komodod", "home"], "komodo"),
      [
        `Pulumi.test.yaml:7:112: config.dokomodo:daemons.komodod.home must be an absolute path; found "komodo"`,
      ],
    ],
    [
      "a flag with two dashes",
      changed(["dokomodo:daemons", "komodod", "flags"], ["--gen"]),
      [
        `Pulumi.test.yaml:7:115: config.dokomodo:daemons.komodod.flags[0] must be a flag that begins with one -; found "--gen"`,
      ],
    ],
    [
      "flags that dokomodo decides",
      changed(
        ["dokomodo:daemons", "komodod", "flags"],
        ["-gen", "-datadir=/x", "-noserver", "-rpcpassword=hunter2", "-regtest.rpcbind=0.0.0.0", "-conf"],
      ),
      [
        `Pulumi.test.yaml:7:121: config.dokomodo:daemons.komodod.flags[1] must be another flag, because dokomodo sets -datadir itself; found "-datadir=/x"`,
        `Pulumi.test.yaml:7:134: config.dokomodo:daemons.komodod.flags[2] must be another flag, because dokomodo sets -noserver itself; found "-noserver"`,
        "Pulumi.test.yaml:7:145: config.dokomodo:daemons.komodod.flags[3] must be another flag, because dokomodo sets -rpcpassword itself; found a secret value",
        `Pulumi.test.yaml:7:167: config.dokomodo:daemons.komodod.flags[4] must be another flag, because dokomodo sets -rpcbind itself; found "-regtest.rpcbind=0.0.0.0"`,
        `Pulumi.test.yaml:7:193: config.dokomodo:daemons.komodod.flags[5] must be another flag, because dokomodo sets -conf itself; found "-conf"`,
      ],
    ],
    [
      "such a flag in the command of a daemon",
      changed(["dokomodo:daemons", "komodod", "command"], ["komodod", "--rpcallowip=0.0.0.0/0"]),
      [
        `Pulumi.test.yaml:7:126: config.dokomodo:daemons.komodod.command[1] must be another flag, because dokomodo sets -rpcallowip itself; found "--rpcallowip=0.0.0.0/0"`,
      ],
    ],
    [
      "a port that is not the chain's",
      changed(["dokomodo:daemons", "litecoind", "flags"], ["-regtest", "-rpcport=9332", "-port=9999"]),
      [
        "Pulumi.test.yaml:8:144: dokomodo:daemons.litecoind.flags[2]: -port=9999 is not the port of LTC, 9333, which its callers use. Leave it out, or state that port",
      ],
    ],
    [
      "memory as a text",
      changed(["dokomodo:daemons", "komodod", "memory"], "4g"),
      [
        `Pulumi.test.yaml:7:114: config.dokomodo:daemons.komodod.memory must be a whole number of MiB, 64 or more; found "4g"`,
      ],
    ],
    [
      "a prefix that is no byte",
      changed(["dokomodo:daemons", "komodod", "prefixes"], { pubkeyHash: 300, scriptHash: 85, wif: 188 }),
      [
        "Pulumi.test.yaml:7:130: config.dokomodo:daemons.komodod.prefixes.pubkeyHash must be a byte from 0 to 255; found 300",
      ],
    ],
    [
      "too few seeds",
      changed(["dokomodo:iguana", "elected"], {
        BTCminsigs: 1,
        minsigs: 1,
        seeds: ["192.0.2.1"],
        notaries: [{ east: "own" }],
      }),
      [
        "Pulumi.test.yaml:9:156: config.dokomodo:iguana.elected.seeds must be at least 8 addresses, repeats are fine (Iguana crashes with fewer); found a list",
      ],
    ],
    [
      "an elected key that is none",
      changed(["dokomodo:iguana", "elected"], {
        BTCminsigs: 1,
        minsigs: 1,
        seeds: Array(8).fill("192.0.2.1"),
        notaries: [{ east: "04ff" }],
      }),
      [
        `Pulumi.test.yaml:9:268: config.dokomodo:iguana.elected.notaries[0].east must be a public key of 66 hex digits, or own; found "04ff"`,
      ],
    ],
    [
      "an rpc port that the agent needs",
      changed([...NOTARY, "chains"], ["KMD", "LTC", "AGENT"]),
      [
        "Pulumi.test.yaml:7:5: no image is stated for agentd, which runs AGENT: set dokomodo:daemons.agentd.image",
        "Pulumi.test.yaml:11:42: port 7780 on the network of east's Iguana is wanted by the agent and by RPC of AGENT",
      ],
    ],
    [
      "a p2p port that the proxy needs",
      changed([...NOTARY, "chains"], ["KMD", "LTC", "LINK"]),
      [
        "Pulumi.test.yaml:7:5: no image is stated for linkd, which runs LINK: set dokomodo:daemons.linkd.image",
        "Pulumi.test.yaml:11:42: port 7443 on the network of east's LINK is wanted by the proxy and by p2p of LINK",
      ],
    ],
    [
      "a p2p port that the dPoW bus needs",
      changed([...NOTARY, "chains"], ["KMD", "LTC", "BUS"]),
      [
        "Pulumi.test.yaml:7:5: no image is stated for busd, which runs BUS: set dokomodo:daemons.busd.image",
        "Pulumi.test.yaml:11:42: port 7775 on host alpha is wanted by the dPoW bus of notary east and by p2p of BUS of notary east; move it with portOffset",
      ],
    ],
    [
      "a chain whose containers have another chain's names",
      changed([...NOTARY, "chains"], ["KMD", "LTC", "BEER", "BEER_PROXY"]),
      [
        "Pulumi.test.yaml:11:42: chain BEER of notary east and chain BEER_PROXY of notary east would both be named east-beer-proxy; rename a notary or node, or give the chain another symbol",
      ],
    ],
    [
      "two notaries of one name",
      changed(["dokomodo:notaries", 1], { name: "east", host: "alpha", chains: ["KMD", "LTC"] }),
      ["Pulumi.test.yaml:12:13: another notary or node is named east, too; rename one of them"],
    ],
    [
      "a list of chains that is not there",
      changed(["dokomodo:registry"], "chains.yaml"),
      [
        "dokomodo:registry names chains.yaml, which cannot be read in the project's folder; name the file of the list of chains",
      ],
    ],
    [
      "a passphrase in clear",
      changed(["dokomodo:passphrases", "east"], "in clear"),
      [
        "Pulumi.test.yaml:13:11: config.dokomodo:passphrases.east must be encrypted, as `pulumi config set --secret --path` leaves it; found a secret value",
      ],
    ],
  ];

  test.each(cases)("is reported: %s", (_, config, expected) => {
    expect(messages(load(config))).toEqual(expect.arrayContaining(expected));
  });

  test("is reported with all its problems at once", () => {
    const config = changed([...NOTARY, "chains"], ["KMD", "BEAR", "WINE"]);
    expect(messages(load(config, {}))).toEqual([
      `Pulumi.test.yaml:11:15: notary east has no passphrase; give it one with pulumi config set --secret --path 'dokomodo:passphrases["east"]'`,
      "Pulumi.test.yaml:11:42: KMD is notarised to LTC, which is not among the notary's chains; add LTC",
      'Pulumi.test.yaml:11:49: no chain and no set has the name "BEAR"; did you mean "BEER"?',
      'Pulumi.test.yaml:11:55: no chain and no set has the name "WINE"; did you mean "LINK"?',
    ]);
  });

  test("is reported together with the problems of the list of chains", () => {
    write("assetchains.yaml", CHAINS.replace("100000000 }", "lots }"));
    const text = messages(load(changed(["dokomodo:host"], "alpha"))).join("\n");
    expect(text).toMatch(/^assetchains\.yaml:4:33: chains\[2\]\.ac_supply must be .*; found "lots"$/m);
    expect(text).toMatch(/^Pulumi\.test\.yaml:14:3: unknown key "dokomodo:host"/m);
  });
});
