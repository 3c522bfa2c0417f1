import { describe, expect, test } from "vitest";
import { hostCommand } from "../../../cli/commands/host";
import * as client from "../../../cli/edit/clientActions";
import * as node from "../../../cli/edit/nodeActions";
import { CONFIG, change, eachInProject, read, said, shipped } from "./project";

eachInProject();

/** Runs `dokomodo host` with these words. */
const host = (...words: string[]) =>
  said(async () => void (await hostCommand().parseAsync(words, { from: "user" })));

const BETA = ["beta", "--docker", "unix:///run/beta.sock", "--address", "192.0.2.2"];

describe("dokomodo host", () => {
  test("adds a host as its neighbours are written, and takes it out again", async () => {
    await host("add", ...BETA);
    expect(read(CONFIG)).toBe(
      shipped(CONFIG).replace(
        "listen: 127.0.0.1 }\n",
        "listen: 127.0.0.1 }\n    - { name: beta, address: 192.0.2.2, docker: unix:///run/beta.sock }\n",
      ),
    );
    expect(JSON.parse(await host("list", "--json"))).toMatchObject([
      { host: "local", platform: "docker", address: "127.0.0.1" },
      { host: "beta", platform: "docker", address: "192.0.2.2", workloads: [] },
    ]);
    await host("remove", "beta");
    expect(read(CONFIG)).toBe(shipped(CONFIG));
  });

  test("states the keys of any platform", async () => {
    await host("add", "big", "--platform", "kubernetes", "--nodes", "{ size: big, zone: '1' }");
    expect(read(CONFIG)).toContain(
      '    - { name: big, platform: kubernetes, nodes: { size: big, zone: "1" } }\n',
    );
  });

  test.each([
    [["add", "local", "--docker", "x"], "there is a host local already"],
    [
      ["add", "Beta", "--docker", "unix:///x"],
      "config.dokomodo:hosts[1].name must be a DNS label: lower-case letters",
    ],
    [["add", "beta"], "host beta is on Docker and does not say where its engine is; state `docker`"],
    [["remove", "lokal"], 'Pulumi.dev.yaml has no host lokal; did you mean "local"?'],
    [
      ["remove", "local"],
      /host local has .*Iguana of notary east, chain KMD of notary east, .*dokomodo hosts forget local/,
    ],
  ])("refuses %j, and writes nothing", async (words, message) => {
    await expect(host(...words)).rejects.toThrow(message);
    expect(read(CONFIG)).toBe(shipped(CONFIG));
  });
});

describe("dokomodo node", () => {
  test("adds a node, and takes it out again", async () => {
    const told = await said(() => node.add("explorer", { chains: ["KMD", "KV"], portOffset: 100 }));
    expect(read(CONFIG)).toContain(
      "  dokomodo:nodes:\n    - { name: explorer, host: local, chains: [KMD, KV], portOffset: 100 }\n",
    );
    expect(told).toContain("Node explorer has no key.");
    expect(JSON.parse(await said(() => node.list({ json: true })))).toEqual([
      { node: "east", kind: "notary", host: "local", chains: ["KMD", "LTC", "BEER", "PIZZA"], clients: [] },
      { node: "explorer", kind: "node", host: "local", chains: ["KMD", "KV"], clients: [] },
    ]);
    const gone = await said(() => node.remove("explorer", {}));
    expect(gone).toContain(
      "The data of its chains stays: volume explorer-kmd-data of host local, volume explorer-kv-data",
    );
    expect(read(CONFIG)).toBe(shipped(CONFIG));
  });

  test("takes a notary's passphrase out with it, and says so", async () => {
    await said(() => node.add("explorer", { chains: ["KV"] }));
    const told = await said(() => node.remove("east", {}));
    expect(told).toContain("The passphrase of east is taken out, too.");
    expect(told).toContain("-      secure: v1:UN6dSVnpNRkZyH7x:");
    expect(read(CONFIG)).not.toMatch(/passphrases|dokomodo:notaries/);
  });

  test.each([
    [
      "a name that is taken",
      () => node.add("east", { chains: ["KV"] }),
      "there is a notary or node east already",
    ],
    [
      "unknown chains",
      () => node.add("x", { chains: ["KVV", "devv"] }),
      /KVV; did you mean "KV"\?\n.*devv; did you mean "dev"\?/,
    ],
    ["ports that are taken", () => node.add("x", { chains: ["KMD"] }), "move it with portOffset"],
    ["the last one", () => node.remove("east", {}), "the stack has no notary and no node"],
    ["an unknown one", () => node.remove("eats", {}), 'no notary and no node eats; did you mean "east"?'],
  ])("refuses %s, and writes nothing", async (_, command, message) => {
    await expect(said(command)).rejects.toThrow(message);
    expect(read(CONFIG)).toBe(shipped(CONFIG));
  });
});

describe("dokomodo client", () => {
  test("lets somebody in, and in no more", async () => {
    await said(() => client.add("wallet", { chains: ["KMD"], allow: ["getblockcount"] }));
    expect(read(CONFIG)).toContain(
      "      dest: { LTC: KMD }\n      clients:\n        - { name: wallet, chains: [KMD], allow: [getblockcount] }\n",
    );
    await said(() => client.add("shop", { chains: ["KMD", "BEER"] }));
    expect(JSON.parse(await said(() => client.list({ json: true })))).toEqual([
      { client: "wallet", node: "east", chains: ["KMD"], allow: ["getblockcount"] },
      { client: "shop", node: "east", chains: ["BEER", "KMD"], allow: null },
    ]);
    await said(() => client.remove("wallet", {}));
    await said(() => client.remove("shop", {}));
    expect(read(CONFIG)).toBe(shipped(CONFIG));
  });

  test.each([
    [
      "a chain that the node does not have",
      () => client.add("w", { chains: ["KV"] }),
      "KV is not among the chains of east",
    ],
    [
      "a method that is never let through",
      () => client.add("w", { chains: ["KMD"], allow: ["dumpprivkey"] }),
      "dumpprivkey",
    ],
    [
      "the operator's name",
      () => client.add("operator", { chains: ["KMD"] }),
      "operator is the name of the stack's own",
    ],
    ["an unknown client", () => client.remove("walet", {}), "stack dev has no client walet"],
  ])("refuses %s, and writes nothing", async (_, command, message) => {
    await expect(said(command)).rejects.toThrow(message);
    expect(read(CONFIG)).toBe(shipped(CONFIG));
  });

  test("has to be told which node is meant", async () => {
    change(CONFIG, [
      "  dokomodo:passphrases:",
      "  dokomodo:nodes: [{ name: explorer, host: local, chains: [KV], portOffset: 9 }]\n  dokomodo:passphrases:",
    ]);
    await expect(said(() => client.add("w", { chains: ["KV"] }))).rejects.toThrow(
      "name one of the notaries and nodes with --node: east, explorer",
    );
    await said(() => client.add("w", { chains: ["KV"], node: "explorer" }));
    expect(read(CONFIG)).toContain("portOffset: 9, clients: [{ name: w, chains: [KV] }] }]");
  });
});
