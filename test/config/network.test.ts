import { describe, expect, test } from "vitest";
import { deriveKeys } from "../../chains/keys";
import type { Notary } from "../../notary/types";
import { CONFIG, changed, EAST, exchanged, load, messages, NOTARY, write } from "./stackFiles";

const { publicKey } = deriveKeys("a phrase");
const OTHER = "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";
const ADDRESS = "RSzqu1ZmAbbM2WUNdqNtPLTcLB54kwLp6D";
const SEEDS = `[${Array(8).fill("203.0.113.1").join(", ")}]`;
const NETWORKS = `mine:
  argument: mine.json
  rpcPort: 7801
  busPort: 7802
  BTCminsigs: 13
  minsigs: 2
  seeds: ${SEEDS}
  notaries: [{ east: ${publicKey} }, { west: ${OTHER} }]
  peers: [203.0.113.1]
  dest: { BEER: LTC }
  freq: { BEER: 9 }
  flags: { BEER: [-gen, -genproclimit=1], KMD: [-notary, -printtoconsole=0] }
  whitelist: [${ADDRESS}]
`;
const FILE = ["dokomodo:hosts:", "dokomodo:networks: nets.yaml\n  dokomodo:hosts:"] as const;

/** The config with a network for its notary, and further keys in the notary's entry. */
function inNetwork(more = "", network = "mine"): string {
  const east = EAST.replace(" }\n", `, network: ${network}${more} }\n`);
  return exchanged(CONFIG, [EAST, east], [...FILE]);
}

function notary(config: string, networks = NETWORKS): Notary | undefined {
  write("nets.yaml", networks);
  const loaded = load(config);
  expect(messages(loaded)).toEqual([]);
  return loaded.ok ? loaded.value.notaries[0] : undefined;
}

function problems(config: string, networks = NETWORKS): string[] {
  write("nets.yaml", networks);
  return messages(load(config));
}

const beer = (found: Notary | undefined) =>
  found?.chains.map(({ chain }) => chain).find(({ symbol }) => symbol === "BEER");
const kmd = (found: Notary | undefined) =>
  found?.chains.map(({ chain }) => chain).find(({ symbol }) => symbol === "KMD");

describe("a notary of a network", () => {
  test("has what the network's file says", () => {
    const found = notary(inNetwork());
    expect(found?.iguana).toMatchObject({
      command: ["iguana", "mine.json"],
      rpcPort: 7801,
      busPort: 7802,
      elected: { minsigs: 2, notaries: [{ east: publicKey }, { west: OTHER }] },
    });
    expect(found?.peers).toEqual(["203.0.113.1"]);
    expect(beer(found)).toMatchObject({
      dest: "LTC",
      freq: 9,
      flags: ["-gen", "-genproclimit=1", `-whitelistaddress=${ADDRESS}`],
    });
  });

  test("has the network's flags in the place of the same flags of the list of chains", () => {
    expect(kmd(notary(inNetwork()))).toMatchObject({
      parameterFlags: [],
      flags: ["-notary", "-printtoconsole=0", `-whitelistaddress=${ADDRESS}`],
    });
  });

  test("has what the stack's config says where both say something", () => {
    const own = notary(
      exchanged(
        inNetwork(
          `, peers: [203.0.113.9], dest: { BEER: KMD }, whitelist: [notaries], iguana: { busPort: 7803 }`,
        ),
        ["dokomodo:iguana: { image", "dokomodo:iguana: { command: [iguana, other], rpcPort: 7804, image"],
        ['komodod: { image: "', 'komodod: { flags: [-genproclimit=4], image: "'],
      ),
    );
    expect(own?.iguana).toMatchObject({ command: ["iguana", "other"], rpcPort: 7804, busPort: 7803 });
    expect(own?.peers).toEqual(["203.0.113.9"]);
    expect(beer(own)?.dest).toBe("KMD");
    expect(beer(own)?.flags).toEqual([
      "-gen",
      expect.stringMatching(/^-whitelistaddress=R/),
      expect.stringMatching(/^-whitelistaddress=R/),
    ]);
  });

  test("has no whitelist if it states an empty one", () => {
    expect(beer(notary(inNetwork(", whitelist: []")))?.flags).toEqual(["-gen", "-genproclimit=1"]);
  });
});

test("a notary without a network needs no file of networks, and neither mines nor has a whitelist", () => {
  const loaded = load(exchanged(CONFIG, [...FILE]));
  expect(messages(loaded)).toEqual([]);
  const [found] = loaded.ok ? loaded.value.notaries : [];
  expect(found?.iguana).toMatchObject({ command: ["iguana", "notary"], rpcPort: 7776, busPort: 7775 });
  expect([found?.iguana.elected, found?.peers, beer(found)?.flags]).toEqual([undefined, [], []]);
});

test("a notary without a network may have a whitelist", () => {
  const loaded = load(changed([...NOTARY, "whitelist"], [ADDRESS]));
  const chains = loaded.ok ? (loaded.value.notaries[0]?.chains ?? []) : [];
  expect(chains.map(({ chain }) => [chain.symbol, chain.flags])).toEqual([
    ["KMD", [`-whitelistaddress=${ADDRESS}`]],
    ["LTC", []],
    ["BEER", [`-whitelistaddress=${ADDRESS}`]],
  ]);
});

describe("is refused", () => {
  test("a network that the file does not have", () => {
    expect(problems(inNetwork("", "mime"))).toEqual([
      'Pulumi.test.yaml:12:69: nets.yaml has no network mime; did you mean "mine"?',
    ]);
  });

  test("a file that cannot be read", () => {
    expect(messages(load(inNetwork()))).toEqual([
      "dokomodo:networks names nets.yaml, which cannot be read in the project's folder; name a file of dPoW networks, such as a copy of dokomodo's notary/networks/season8.yaml",
    ]);
  });

  test("a notary whose key is not among the network's", () => {
    expect(problems(inNetwork(), NETWORKS.replace(publicKey, OTHER))).toEqual([
      `Pulumi.test.yaml:12:69: the public key ${publicKey} of notary east is not among the 2 notaries of mine in nets.yaml, so the others would not sign with it; give the notary the passphrase of one of them, or name a copy of the file with its key in dokomodo:networks`,
    ]);
  });

  test("`notaries` in a whitelist without a network", () => {
    expect(messages(load(changed([...NOTARY, "whitelist"], [ADDRESS, "notaries"])))).toEqual([
      "Pulumi.test.yaml:11:111: `notaries` stands for those of a network; state `network`, or addresses",
    ]);
  });

  test("an elected file that dokomodo cannot write", () => {
    const outside = inNetwork(", iguana: { command: [iguana, /etc/elected] }");
    expect(problems(outside)).toEqual([
      expect.stringContaining(
        "Iguana of notary east would read `elected` from outside of its home /home/iguana, where dokomodo cannot write it",
      ),
    ]);
  });

  const cases: [string, string, string, string][] = [
    ["an unknown key", "busPort:", "buzPort:", 'unknown key "buzPort" in mine; did you mean "busPort"?'],
    [
      "a port that is none",
      "7802",
      "80",
      "nets.yaml:4:12: mine.busPort must be a port from 1024 to 65535; found 80",
    ],
    ["a key that is none", OTHER, "02aa", "must be a public key of 66 hex digits, or own"],
    ["too few seeds", SEEDS, "[203.0.113.1]", "nets.yaml:7:10: mine.seeds must be at least 8 addresses"],
    [
      "an address with a mistake",
      ADDRESS,
      ADDRESS.replace("z", "y"),
      "nets.yaml:13:15: mine.whitelist[0] must be an address, or notaries",
    ],
    ...["-ac_name=BEER", "-rpcport=1", "-pubkey=02", "gen", "-port=1", "-datadir=/x"].map(
      (flag): [string, string, string, string] => [
        `the flag ${flag}`,
        "-genproclimit=1",
        flag,
        "nets.yaml:12:25: mine.flags.BEER[1] must be a flag that begins with one -, and neither one that dokomodo sets nor a parameter of the chain",
      ],
    ),
  ];
  test.each(cases)("in the file: %s", (_, old, replacement, message) => {
    const found = problems(inNetwork(), NETWORKS.replace(old, replacement));
    expect(found.join("\n")).toContain(message);
  });
});
