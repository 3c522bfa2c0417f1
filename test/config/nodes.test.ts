import { describe, expect, test } from "vitest";
import { CONFIG, DIGEST, EAST, exchanged, load, messages } from "./stackFiles";

const NODES = "  dokomodo:nodes:\n";
const EXPLORER = "    - { name: explorer, host: alpha, chains: [KMD, BEER] }\n";
const KEYED = '  dokomodo:passphrases:\n    explorer: { secure: "v1:" }\n';
const PASSPHRASES = '  dokomodo:passphrases:\n    east: { secure: "v1:" }\n';
const IGUANA = `  dokomodo:iguana: { image: "iguana@${DIGEST}" }\n`;

/** A stack of nodes alone. Each entry is a line. */
const ofNodes = (...entries: readonly string[]) =>
  exchanged(
    CONFIG,
    ["  dokomodo:notaries:\n", NODES],
    [EAST, entries.join("")],
    [PASSPHRASES, ""],
    [IGUANA, ""],
  );

describe("a stack of nodes", () => {
  test("needs no notary, no Iguana, no passphrase, and no chain that another is notarised to", () => {
    const loaded = load(ofNodes(EXPLORER), {});
    expect(messages(loaded)).toEqual([]);
    if (!loaded.ok) return;
    expect(loaded.value.notaries).toEqual([]);
    expect(loaded.value.nodes).toMatchObject([
      { name: "explorer", host: "alpha", linkPort: 7443, passphrase: undefined },
    ]);
  });

  test("may give a node a passphrase, and has its faults reported", () => {
    const config = ofNodes(EXPLORER) + PASSPHRASES.replace("east", "explorer");
    expect(messages(load(config, { explorer: "a phrase" }))).toEqual([]);
    expect(messages(load(config, { explorer: "a phrase\n" })).join()).toMatch(
      /node explorer: .*newline|node explorer: .*line/,
    );
  });

  test("has an agent, with and without a passphrase, whose name and port no chain may take", () => {
    const chains = (symbol: string) => ofNodes(EXPLORER.replace("BEER", symbol)) + KEYED;
    const told = (config: string, phrases: object) => messages(load(config, { ...phrases })).join("\n");
    const key = { explorer: "a phrase" };
    const daemon = ["    litecoind:", `    agentd: { image: "agentd@${DIGEST}" }\n    litecoind:`] as const;
    const config = exchanged(chains("AGENT"), [...daemon]);
    const names =
      "the agent of node explorer and chain AGENT of node explorer would both be named explorer-agent";
    const port = "port 7780 on the network of explorer's agent is wanted by the agent and by RPC of AGENT";
    for (const text of [told(config, key), told(config.replace(KEYED, ""), {})]) {
      expect(text).toContain(names);
      expect(text).toContain(port);
    }
  });

  const beside = (entry: string) => exchanged(CONFIG, [EAST, `${EAST}${NODES}${entry}`]);
  test.each([
    [
      "nothing at all",
      ofNodes().replace(NODES, "  dokomodo:nodes: []\n"),
      "the stack has no notary and no node; state one in dokomodo:notaries or dokomodo:nodes",
    ],
    [
      "a notary without an image for Iguana",
      exchanged(CONFIG, [IGUANA, ""]),
      "no image is stated for Iguana of notary east: set dokomodo:iguana.image",
    ],
    [
      "a node with the name of a notary",
      beside(EXPLORER.replace("explorer", "east").replace(" }", ", portOffset: 100 }")),
      "Pulumi.test.yaml:13:15: another notary or node is named east, too; rename one of them",
    ],
    [
      "a node with the ports of a notary",
      beside(EXPLORER),
      "Pulumi.test.yaml:13:46: port 7770 on host alpha is wanted by p2p of KMD of notary east and by p2p of KMD of node explorer; move it with portOffset",
    ],
    [
      "a node on an unknown host",
      ofNodes(EXPLORER.replace("alpha", "beta")),
      "no host is named beta; dokomodo:hosts has alpha",
    ],
    [
      "a chain of a node that somebody else runs, without a user and password",
      ofNodes(EXPLORER.replace("BEER", "FAR")),
      "FAR is called at https://far.example:443, and the config has no user and password for it",
    ],
    [
      "what only notaries have",
      ofNodes(EXPLORER.replace(" }", ", peers: [192.0.2.9] }")),
      'unknown key "peers" in config.dokomodo:nodes[0]',
    ],
  ])("is refused: %s", (_, config, problem) => {
    const phrases = config.includes("dokomodo:notaries") ? { east: "a phrase" } : {};
    expect(messages(load(config, phrases)).join("\n")).toContain(problem);
  });

  test("needs addresses only where a host is called from another one", () => {
    const alpha = '    - { name: alpha, docker: "unix:///var/run/docker.sock" }\n';
    const beta = '    - { name: beta, docker: "ssh://ops@beta.example" }\n';
    const onTwo = (entry: string) =>
      exchanged(ofNodes(entry), [/ {4}- \{ name: alpha, docker.*\n/.exec(CONFIG)?.[0] ?? "", alpha + beta]);
    expect(messages(load(onTwo(EXPLORER), {}))).toEqual([]);
    expect(messages(load(onTwo(EXPLORER.replace("BEER", "BEER: beta")), {})).join("\n")).toContain(
      "host alpha needs an `address`: workloads of node explorer on it are called from elsewhere",
    );
  });
});
