import { describe, expect, test } from "vitest";
import type { Stack } from "../../config/stack";
import { deploy } from "../../program/deploy";
import { openRun } from "../../program/run";
import { DEVELOPMENT_PASSPHRASE, developmentStack, developmentValues } from "./developmentStack";
import { goldenText } from "./goldenText";
import { filesOnDocker } from "./kubernetesFiles";
import { type RecordedResource, recordGraph, recordStack, SECRET } from "./recordGraph";

const HOSTS = ["alpha", "beta"].map((name, index) => ({
  name,
  docker: `ssh://ops@192.0.2.${index + 1}`,
  address: `192.0.2.${index + 1}`,
}));
const NODE = { name: "explorer", host: "alpha", chains: ["KMD", { LTC: "beta" }, "BEER"] };

/** The development stack's daemons as a node on two hosts. `changes` are further keys of the config. */
function stackOf(changes: Readonly<Record<string, unknown>> = {}): Stack {
  const { "dokomodo:iguana": _, "dokomodo:notaries": _notaries, ...values } = developmentValues();
  const stated = {
    "dokomodo:hosts": HOSTS,
    "dokomodo:nodes": [NODE],
    "dokomodo:passphrases": {},
    ...changes,
  };
  const texts = Object.entries(stated).map(([key, value]) => [
    key,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  return developmentStack({ ...values, ...Object.fromEntries(texts) });
}

const commandOf = (graph: readonly RecordedResource[], name: string) =>
  JSON.stringify(graph.find((resource) => resource.name === name)?.inputs["command"]);

describe("a node of three chains on two hosts, without Iguana and without a passphrase", () => {
  test("is on Docker what a reviewer has read", async () => {
    const [tree = ""] = goldenText(await recordStack(stackOf())).split("\n== ");
    // What is in a daemon's resources is in the graph of the development stack.
    const text = tree
      .replace("the development stack", "a node, without their inputs")
      .replaceAll(/ \| inputs \w+/g, "");
    await expect(text).toMatchFileSnapshot("golden/node.txt");
  });

  test("has no Iguana, no agent, no witness, no operator and no key", async () => {
    const graph = await recordStack(stackOf(), { reveal: true });
    expect(graph.filter(({ name }) => /iguana|agent|witness|operator/.test(name))).toEqual([]);
    const told = [
      ...Object.entries(filesOnDocker(graph)),
      ...graph.map(({ name }) => [name, commandOf(graph, name)]),
    ];
    expect(told.filter(([, text]) => text?.includes("pubkey"))).toEqual([]);
  });

  test("has the links of a notary's daemons, over gateways where they lead to another host", async () => {
    const graph = await recordStack(stackOf());
    expect(graph.map(({ name }) => name).filter((name) => name.endsWith("-gateway"))).toEqual([
      "explorer-beta-gateway",
    ]);
    const calls = Object.entries(filesOnDocker(graph))
      .filter(([place]) => place.endsWith("haproxy.cfg"))
      .flatMap(([place, text]) =>
        [...text.matchAll(/server (\S+) (\S+) ssl/g)].map(
          ([, callee, address]) => `${place.split("-proxy")[0]} calls ${callee} at ${address}`,
        ),
      );
    expect(calls).toEqual([
      "explorer-beer calls explorer-kmd at explorer-kmd:7443",
      "explorer-kmd calls explorer-ltc at 192.0.2.2:7443",
    ]);
  });

  test("has the same workloads in a cluster", async () => {
    const cluster = {
      "dokomodo:platform": "kubernetes",
      "dokomodo:hosts": [
        { name: "alpha", address: "192.0.2.1" },
        { name: "beta", address: "192.0.2.2" },
      ],
    };
    const graph = await recordStack(stackOf(cluster));
    const sets = graph.filter(({ type }) => type === "kubernetes:apps/v1:StatefulSet");
    expect(sets.map(({ name }) => name)).toEqual(["explorer-beer", "explorer-kmd", "explorer-ltc"]);
  });
});

describe("a node with a passphrase", () => {
  const keyed = () => stackOf({ "dokomodo:passphrases": { explorer: DEVELOPMENT_PASSPHRASE } });

  test("tells its daemons the public key, and nobody the passphrase", async () => {
    const graph = await recordStack(keyed(), { reveal: true });
    const key = "-pubkey=02a854251adfee222bede8396fed0756985d4ea905f72611740867c7a4ad6488c1";
    expect(commandOf(graph, "explorer-kmd")).toContain(key);
    expect(commandOf(graph, "explorer-ltc")).not.toContain("pubkey");
    expect(JSON.stringify(graph)).not.toContain(DEVELOPMENT_PASSPHRASE);
    expect(JSON.stringify(graph)).not.toContain(SECRET);
  });

  test("changes no resource but the daemons that take the key", async () => {
    const [before, after] = [await recordStack(stackOf()), await recordStack(keyed())];
    const changed = after.filter(
      (resource, index) => JSON.stringify(resource) !== JSON.stringify(before[index]),
    );
    expect(changed.map(({ name }) => name)).toEqual(["explorer-beer", "explorer-kmd"]);
  });
});

describe("a notary that becomes a node of its name", () => {
  test("keeps what both have in the state, by the alias of its component alone", async () => {
    const stack = stackOf();
    const became = await recordGraph(async () =>
      deploy(stack, await openRun(stack, "dev"), undefined, { notaries: { explorer: {} }, nodes: {} }),
    );
    const usual = await recordStack(stack);
    const differing = became.filter(
      (resource, index) => JSON.stringify(resource) !== JSON.stringify(usual[index]),
    );
    expect(differing).toMatchObject([
      { type: "dokomodo:index:ChainNode", name: "explorer", aliases: ["dokomodo:index:NotaryNode"] },
    ]);
  });
});
