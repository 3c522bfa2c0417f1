import { describe, expect, test } from "vitest";
import { add, list, move, remove } from "../../../cli/edit/chainActions";
import { CONFIG, change, changedLines, eachInProject, LIST, read, said, shipped, write } from "./project";

eachInProject();

const BETA = [
  "address: 127.0.0.1, listen: 127.0.0.1 }\n",
  'address: 192.0.2.1 }\n    - { name: beta, docker: "unix:///run/beta.sock", address: 192.0.2.2 }\n',
] as const;
const CHAINS = "      chains: [KMD, LTC, BEER, PIZZA]\n";
const NEW = JSON.stringify([
  { ac_name: "OTHER", ac_supply: "1" },
  { ac_name: "NEWCOIN", ac_supply: "5000", ac_reward: "100", addnode: ["198.51.100.1", "198.51.100.2"] },
]);

describe("dokomodo chain add", () => {
  test("changes one line of the development stack, and remove changes it back", async () => {
    const diff = await said(() => add("KV", {}));
    expect(changedLines(shipped(CONFIG), read(CONFIG))).toEqual([
      "-      chains: [KMD, LTC, BEER, PIZZA]",
      "+      chains: [KMD, LTC, BEER, PIZZA, KV]",
    ]);
    expect(read(LIST)).toBe(shipped(LIST));
    expect(diff).toContain("+++ Pulumi.dev.yaml");
    expect(diff).toContain("\n+      chains: [KMD, LTC, BEER, PIZZA, KV]\n");
    expect(diff).toContain("`pulumi up --stack dev` makes it so");

    await said(() => remove("KV", {}));
    expect(read(CONFIG)).toBe(shipped(CONFIG));
  });

  test("takes an entry from komodo's list, and remove takes it out again", async () => {
    write("komodo.json", NEW);
    await said(() => add("NEWCOIN", { from: "komodo.json" }));
    expect(changedLines(shipped(LIST), read(LIST))).toEqual([
      "+  - ac_name: NEWCOIN",
      '+    ac_supply: "5000"',
      '+    ac_reward: "100"',
      "+    addnode: [198.51.100.1, 198.51.100.2]",
    ]);
    expect(read(CONFIG)).toContain("chains: [KMD, LTC, BEER, PIZZA, NEWCOIN]");

    await said(() => remove("NEWCOIN", { unlist: true }));
    expect([read(CONFIG), read(LIST)]).toEqual([shipped(CONFIG), shipped(LIST)]);
  });

  test.each([
    ["line ends of Windows", (text: string) => text.replaceAll("\n", "\r\n")],
    ["no line end", (text: string) => text.trimEnd()],
    ["a byte order mark", (text: string) => `\uFEFF${text}`],
    [
      "a block with comments",
      (text: string) =>
        text.replace(
          "[KMD, LTC, BEER, PIZZA]",
          "# what it runs\n        - KMD # first\n        # then\n        - 'LTC'",
        ),
    ],
    [
      "quotes and lines",
      (text: string) =>
        text.replace(
          "[KMD, LTC, BEER, PIZZA]",
          '\n        [\n          "KMD",\n          "LTC", # both\n        ]',
        ),
    ],
    [
      "anchors",
      (text: string) =>
        text.replace("[KMD, LTC, BEER, PIZZA]", "[&k KMD, LTC]").replace("LTC: KMD", "LTC: *k"),
    ],
  ])("and remove leave all bytes alone, with %s", async (_, layout) => {
    for (const file of [CONFIG, LIST]) write(file, layout(shipped(file)));
    const before = [read(CONFIG), read(LIST)];
    write("komodo.json", NEW);
    await said(() => add("NEWCOIN", { from: "komodo.json" }));
    expect([read(CONFIG), read(LIST)]).not.toEqual(before);
    await said(() => remove("NEWCOIN", { unlist: true }));
    expect([read(CONFIG), read(LIST)]).toEqual(before);
  });

  test("states another host than the node's own", async () => {
    change(CONFIG, BETA);
    await said(() => add("KV", { host: "beta" }));
    expect(read(CONFIG)).toContain("chains: [KMD, LTC, BEER, PIZZA, { KV: beta }]");
  });

  test("changes nothing if a set has the chain", async () => {
    change(CONFIG, [CHAINS, "      chains: [dev]\n"]);
    const before = read(CONFIG);
    const told = await said(() => add("BEER", {}));
    expect(told).toBe(
      "east has BEER already, through the set dev.\nNothing is to be changed in the files.\n",
    );
    expect(read(CONFIG)).toBe(before);
  });

  test.each([
    [
      "a name with a slip",
      () => add("BERR", {}),
      'assetchains.yaml has no chain BERR, and --from <komodo\'s assetchains.json> takes one from another list; did you mean "BEER"?',
    ],
    [
      "a set",
      () => add("dev", {}),
      "dev is a set of assetchains.yaml, not a chain; add its chains one by one",
    ],
    [
      "another node",
      () => add("KV", { node: "eats" }),
      'Pulumi.dev.yaml has no notary and no node eats; did you mean "east"?',
    ],
    [
      "another host",
      () => add("KV", { host: "lokal" }),
      'Pulumi.dev.yaml has no host lokal, which `dokomodo host add` can add; did you mean "local"?',
    ],
    ["a daemon without an image", () => add("CHIPS", {}), "chipsd"],
  ])("refuses %s, and writes nothing", async (_, command, message) => {
    await expect(said(command)).rejects.toThrow(message);
    expect([read(CONFIG), read(LIST)]).toEqual([shipped(CONFIG), shipped(LIST)]);
  });

  test("refuses what the list of chains does not know, by names", async () => {
    write("komodo.json", JSON.stringify([{ ac_name: "NEWCOIN", ac_suply: "1", ac_new: "2" }]));
    await expect(said(() => add("NEWCOIN", { from: "komodo.json" }))).rejects.toThrow(
      /NEWCOIN has the parameter "ac_suply", .*; did you mean "ac_supply"\?[\s\S]*"ac_new"[\s\S]*2 problems; nothing was changed/,
    );
    await expect(said(() => add("NEWCONI", { from: "komodo.json" }))).rejects.toThrow(
      'komodo.json has no chain NEWCONI; did you mean "NEWCOIN"?',
    );
    await expect(said(() => add("BEER", { from: "komodo.json" }))).rejects.toThrow(
      "komodo.json has no chain BEER",
    );
    await expect(said(() => add("X", { from: "http://198.51.100.1/a.json" }))).rejects.toThrow(
      "https:// alone",
    );
    write("komodo.json", "{}");
    await expect(said(() => add("NEWCOIN", { from: "komodo.json" }))).rejects.toThrow(
      "has to be a JSON array",
    );
  });

  test("tells all that would be wrong at its place, and writes nothing", async () => {
    write("komodo.json", JSON.stringify([{ ac_name: "NEWCOIN", ac_supply: "x", ac_cc: "y" }]));
    const before = shipped(LIST).split("\n").length;
    await expect(said(() => add("NEWCOIN", { from: "komodo.json" }))).rejects.toThrow(
      /assetchains\.yaml:\d+:\d+: chains\[\d+\]\.ac_supply must be .*; found "x"\nassetchains\.yaml:\d+:\d+: .*ac_cc/,
    );
    expect(read(LIST).split("\n").length).toBe(before);
  });

  test("refuses files that have mistakes already", async () => {
    change(CONFIG, ["host: local", "host: lokal"]);
    await expect(said(() => add("KV", {}))).rejects.toThrow(
      /no host is named lokal[\s\S]*correct them first; nothing was changed/,
    );
  });
});

describe("dokomodo chain remove", () => {
  test("takes out what the config says of the chain alone, and says where its data is", async () => {
    change(CONFIG, [
      "      dest: { LTC: KMD }\n",
      "      dest: { LTC: KMD, BEER: none }\n      rotation: { BEER: 2 }\n      utxos: { BEER: none, all: { low: 1, high: 2 } }\n" +
        "      clients:\n        - { name: wallet, chains: [KMD, BEER] }\n        - { name: shop, chains: [BEER] }\n",
    ]);
    const told = await said(() => remove("BEER", {}));
    expect(read(CONFIG)).toContain(
      "      dest: { LTC: KMD }\n      utxos: { all: { low: 1, high: 2 } }\n      clients:\n        - { name: wallet, chains: [KMD] }\n  dokomodo:passphrases",
    );
    expect(told).toContain("Client wallet of east can no longer call BEER.");
    expect(told).toContain("Client shop of east could call BEER alone, and is taken out, too.");
    expect(told).toContain("The data of BEER stays: volume east-beer-data of host local.");
  });

  test("names the claim in a cluster, and takes the volume's size out", async () => {
    change(
      CONFIG,
      [
        "dokomodo:platform: docker",
        "dokomodo:platform: kubernetes\n  dokomodo:kubernetes: { storage: { BEER: 9 } }",
      ],
      ["listen: 127.0.0.1 }", "listen: 127.0.0.1, nodes: {} }"],
    );
    const told = await said(() => remove("BEER", {}));
    expect(told).toContain("The data of BEER stays: claim data-east-beer-0 in namespace dokomodo-dev.");
    expect(read(CONFIG)).toContain("dokomodo:kubernetes: {}");
  });

  test("takes out how an external daemon is called", async () => {
    change(LIST, [
      "  - { ac_name: BEER, ac_supply: 100000000 }",
      '  - { ac_name: BEER, ac_supply: 100000000, url: "http://198.51.100.1:8923" }',
    ]);
    change(CONFIG, [
      "  dokomodo:notaries:",
      "  dokomodo:external:\n    BEER: { user: u, password: { secure: v1:x } }\n  dokomodo:notaries:",
    ]);
    const told = await said(() => remove("BEER", {}));
    expect(read(CONFIG)).not.toContain("dokomodo:external");
    expect(told).toContain("How BEER is called is taken out of dokomodo:external, with its password");
  });

  test.each([
    [
      "a chain that another one needs",
      CHAINS,
      "KMD",
      "LTC of east is notarised to KMD: remove it first, or state another `dest` or `none`",
    ],
    [
      "a chain that others go to by the list",
      "      chains: [LTC, KMD]\n",
      "LTC",
      "KMD is notarised to LTC, which is not among the notary's chains",
    ],
    [
      "a chain of a set",
      "      chains: [dev, KV]\n",
      "BEER",
      "Write the others out, as chains: [KMD, LTC, PIZZA, KV], or take BEER out of the set",
    ],
    [
      "a named chain of a set",
      "      chains: [dev, BEER, KV: local]\n",
      "BEER",
      "as chains: [KMD, LTC, PIZZA, KV: local], or",
    ],
    [
      "the only chain",
      "      chains: [KV]\n",
      "KV",
      "KV is the only chain of east; `dokomodo node remove east`",
    ],
    ["an unknown chain", CHAINS, "BERR", 'stack dev has no chain BERR; did you mean "BEER"?'],
  ])("refuses %s", async (_, chains, symbol, message) => {
    change(
      CONFIG,
      [CHAINS, chains],
      ...(chains.includes("[KV]")
        ? [["      dest: { LTC: KMD }\n", "      dest: { KV: none }\n"] as const]
        : []),
    );
    const before = read(CONFIG);
    await expect(said(() => remove(symbol, {}))).rejects.toThrow(message);
    expect(read(CONFIG)).toBe(before);
  });
});

describe("dokomodo chain move", () => {
  test.each([
    ["an entry", CHAINS, "      chains: [KMD, LTC, { BEER: beta }, PIZZA]\n"],
    [
      "an entry with a host",
      "      chains: [KMD, LTC, BEER: local, PIZZA]\n",
      "      chains: [KMD, LTC, { BEER: beta }, PIZZA]\n",
    ],
    [
      "the placement of a set",
      "      chains: [dev]\n      placement: { KMD: beta }\n",
      "      chains: [dev]\n      placement: { KMD: beta, BEER: beta }\n",
    ],
  ])("changes %s", async (_, before, after) => {
    change(CONFIG, BETA, [CHAINS, before]);
    const told = await said(() => move("BEER", { to: "beta" }));
    expect(read(CONFIG)).toContain(after);
    expect(told).toContain(
      "The data of BEER does not come along: it stays in volume east-beer-data of host local, and BEER syncs again on beta.",
    );
  });

  test("back to the node's own host takes the host out", async () => {
    change(CONFIG, BETA);
    const before = read(CONFIG);
    await said(() => move("BEER", { to: "beta" }));
    await said(() => move("BEER", { to: "local" }));
    expect(read(CONFIG)).toBe(before);

    change(CONFIG, [CHAINS, "      chains: [dev]\n"]);
    const bySet = read(CONFIG);
    await said(() => move("BEER", { to: "beta" }));
    expect(read(CONFIG)).toContain("      placement: { BEER: beta }\n");
    await said(() => move("BEER", { to: "local" }));
    expect(read(CONFIG)).toBe(bySet);
  });

  test("says that the data comes along where hosts share it", async () => {
    change(
      CONFIG,
      BETA,
      ["dokomodo:platform: docker", "dokomodo:platform: kubernetes"],
      ["address: 192.0.2.1 }", "address: 192.0.2.1, nodes: { a: b } }"],
    );
    expect(await said(() => move("BEER", { to: "beta" }))).toContain(
      "Hosts local and beta share their volumes, so the data of BEER comes along.",
    );
  });

  test("refuses what it cannot do", async () => {
    change(CONFIG, BETA, [CHAINS, "      chains: [dev: beta]\n"]);
    await expect(said(() => move("BEER", { to: "local" }))).rejects.toThrow(
      "the entry { dev: beta } of east places all chains of the set dev",
    );
    await expect(said(() => move("BEER", { to: "gamma" }))).rejects.toThrow(
      "Pulumi.dev.yaml has no host gamma",
    );
    expect(await said(() => move("BEER", { to: "beta" }))).toContain("BEER of east is on host beta already.");
  });
});

test("dokomodo chain list shows where each chain runs", async () => {
  change(CONFIG, BETA, [CHAINS, "      chains: [dev, KV: beta]\n"]);
  expect(JSON.parse(await said(() => list({ json: true })))).toEqual([
    ...["KMD", "LTC", "BEER", "PIZZA"].map((chain) => ({
      chain,
      node: "east",
      host: "local",
      url: null,
      set: "dev",
    })),
    { chain: "KV", node: "east", host: "beta", url: null, set: null },
  ]);
  expect(await said(() => list({}))).toMatch(/│ KV +│ east │ beta +│/);
});
