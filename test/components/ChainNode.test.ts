import { describe, expect, test } from "vitest";
import type { Stack } from "../../config/stack";
import { deploy } from "../../program/deploy";
import { openRun } from "../../program/run";
import { DEVELOPMENT_PASSPHRASE, developmentStack, developmentValues } from "./developmentStack";
import { goldenText } from "./goldenText";
import { filesOnDocker } from "./kubernetesFiles";
import { mayConnect, podEnds } from "./policyReach";
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

const CLUSTER = {
  "dokomodo:platform": "kubernetes",
  "dokomodo:hosts": [
    { name: "alpha", address: "192.0.2.1" },
    { name: "beta", address: "192.0.2.2" },
  ],
};

const AGENT_FILES = "explorer-agent /run/dokomodo/agent";

const withoutDigest = (line: string) => line.replace(/ \| inputs \w+/, "");

const commandOf = (graph: readonly RecordedResource[], name: string) =>
  JSON.stringify(graph.find((resource) => resource.name === name)?.inputs["command"]);

/** What is new, gone or other in a graph. */
const differing = (before: readonly RecordedResource[], after: readonly RecordedResource[]) => {
  const [one, other] = [before, after].map((graph) => new Set(graph.map((each) => JSON.stringify(each))));
  return [...before, ...after]
    .filter((each) => !one?.has(JSON.stringify(each)) || !other?.has(JSON.stringify(each)))
    .map(({ name }) => name);
};

describe("a node of three chains on two hosts, without Iguana and without a passphrase", () => {
  test("is on Docker what a reviewer has read", async () => {
    const [tree = ""] = goldenText(await recordStack(stackOf())).split("\n== ");
    // What is in a daemon's resources is in the graph of the development stack.
    const text = tree.replace("the development stack", "a node, without their inputs");
    await expect(text.split("\n").map(withoutDigest).join("\n")).toMatchFileSnapshot("golden/node.txt");
  });

  test("has no Iguana, no witness, no operator and no key", async () => {
    const graph = await recordStack(stackOf(), { reveal: true });
    expect(graph.filter(({ name }) => /iguana|witness|operator/.test(name))).toEqual([]);
    const told = [
      ...Object.entries(filesOnDocker(graph)),
      ...graph.map(({ name }) => [name, commandOf(graph, name)]),
    ];
    expect(told.filter(([, text]) => text?.includes("-pubkey"))).toEqual([]);
  });

  test("has an agent that has passwords and no key", async () => {
    const files = filesOnDocker(await recordStack(stackOf(), { reveal: true }));
    const plan = JSON.parse(files[`${AGENT_FILES}/plan.json`] ?? "");
    expect(plan).toEqual({
      listenPort: 7780,
      certificates: expect.any(Object),
      coins: [
        { symbol: "BEER", rpcPort: 8923 },
        { symbol: "KMD", rpcPort: 7771 },
        { symbol: "LTC", rpcPort: 9332 },
      ],
    });
    const { coins } = JSON.parse(files[`${AGENT_FILES}/secrets.json`] ?? "");
    expect(coins.LTC).toEqual({ rpcUser: "dokomodo", rpcPassword: expect.any(String) });
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
      "explorer-agent calls explorer-beer at explorer-beer:7443",
      "explorer-agent calls explorer-kmd at explorer-kmd:7443",
      "explorer-agent calls explorer-ltc at 192.0.2.2:7443",
      "explorer-beer calls explorer-kmd at explorer-kmd:7443",
      "explorer-kmd calls explorer-ltc at 192.0.2.2:7443",
    ]);
  });

  test("has the same workloads in a cluster", async () => {
    const graph = await recordStack(stackOf(CLUSTER));
    const sets = graph.filter(({ type }) => type === "kubernetes:apps/v1:StatefulSet");
    expect(sets.map(({ name }) => name)).toEqual([
      "explorer-agent",
      "explorer-beer",
      "explorer-kmd",
      "explorer-ltc",
    ]);
  });
});

describe("a node with a passphrase", () => {
  const KEY = "02a854251adfee222bede8396fed0756985d4ea905f72611740867c7a4ad6488c1";
  const keyed = (changes: Readonly<Record<string, unknown>> = {}) =>
    stackOf({ "dokomodo:passphrases": { explorer: DEVELOPMENT_PASSPHRASE }, ...changes });
  test("tells its daemons the public key, and nobody the passphrase", async () => {
    const graph = await recordStack(keyed(), { reveal: true });
    expect(commandOf(graph, "explorer-kmd")).toContain(`-pubkey=${KEY}`);
    expect(commandOf(graph, "explorer-ltc")).not.toContain("pubkey");
    expect(JSON.stringify(graph)).not.toContain(DEVELOPMENT_PASSPHRASE);
  });

  test("has an agent that a reviewer has read", async () => {
    const [tree = "", ...inputs] = goldenText(await recordStack(keyed())).split("\n== ");
    const own = inputs.filter((each) => /^\S+ explorer-agent/.test(each));
    const lines = tree.split("\n").filter((line) => line.includes("explorer-agent"));
    const head =
      "What a node with a passphrase has for its wallets. test/components/goldenText.ts says how to read this file.\n";
    const shown = [head, ...lines.map(withoutDigest), "", ...own.map((each) => `== ${each}`)];
    await expect(shown.join("\n")).toMatchFileSnapshot("golden/agent.txt");
  });

  test("gives the agent each chain's key and password, in a secret alone", async () => {
    const files = filesOnDocker(await recordStack(keyed(), { reveal: true }));
    const { coins, ...rest } = JSON.parse(files[`${AGENT_FILES}/secrets.json`] ?? "");
    expect(rest).toEqual({});
    expect(Object.keys(coins)).toEqual(["BEER", "KMD", "LTC"]);
    const wif = coins.LTC.wif;
    expect(coins.LTC).toEqual({ rpcUser: "dokomodo", rpcPassword: expect.any(String), wif });
    expect(wif).toMatch(/^\w{51,52}$/);
    const masked = await recordStack(keyed());
    expect(filesOnDocker(masked)[`${AGENT_FILES}/secrets.json`]).toBe(SECRET);
    expect(JSON.stringify(masked)).not.toContain(wif);
  });

  test("changes no resource but the daemons that take the key, and the agent's container", async () => {
    const changed = differing(await recordStack(stackOf()), await recordStack(keyed()));
    expect([...new Set(changed)].sort()).toEqual(["explorer-agent", "explorer-beer", "explorer-kmd"]);
  });

  test("keeps its agent as it is when clients come, and has it on its own host alone", async () => {
    const node = { ...NODE, clients: [{ name: "wallet", chains: ["KMD"] }] };
    const clients = await recordStack(keyed({ "dokomodo:nodes": [node] }), { reveal: true });
    const changed = differing(await recordStack(keyed(), { reveal: true }), clients);
    expect(changed.filter((name) => name.includes("agent"))).toEqual([]);
    const alone = keyed({ "dokomodo:nodes": [{ ...NODE, chains: [{ LTC: "beta" }] }] });
    const graph = await recordStack(alone);
    expect(graph.find(({ name }) => name === "explorer-agent-proxy")?.provider).toBe("alpha");
    const proxy = filesOnDocker(graph)["explorer-agent-proxy /run/dokomodo/proxy/haproxy.cfg"];
    expect(proxy).toMatch(/server explorer-ltc 192\.0\.2\.2:7443 ssl/);
    expect(graph.map(({ name }) => name)).toContain("explorer-beta-gateway");
  });

  test("does not let its key go to a daemon of somebody else, unless the config says so", async () => {
    const plan = async (own: object) => {
      const stack = keyed({
        "dokomodo:registry": "test/components/external.yaml",
        "dokomodo:nodes": [{ name: "explorer", host: "alpha", chains: ["LTC", "FAR"] }],
        "dokomodo:external": { FAR: { user: "reader", password: "canary-of-far", ...own } },
      });
      const files = filesOnDocker(await recordStack(stack, { reveal: true }));
      const [far, ltc] = JSON.parse(files[`${AGENT_FILES}/plan.json`] ?? "").coins;
      return [far, ltc].map(({ symbol, importsKey = true }) => `${symbol} ${importsKey}`);
    };
    expect(await plan({})).toEqual(["FAR false", "LTC true"]);
    expect(await plan({ importKey: true })).toEqual(["FAR true", "LTC true"]);
  });

  test("has an agent that reaches every daemon in a cluster, and that nobody reaches", async () => {
    const stack = keyed({ ...CLUSTER, "dokomodo:kubernetes": { publish: "hostPort" } });
    const graph = await recordStack(stack);
    const pods = podEnds(graph);
    const reached = [...pods].flatMap(([from, end]) =>
      [...pods]
        .filter(([, to]) => [7443, 7780].some((port) => mayConnect(graph, end, to, port)))
        .map(([to]) => `${from} ${to}`),
    );
    expect(reached.filter((edge) => edge.includes("agent")).sort()).toEqual([
      "explorer-agent explorer-beer",
      "explorer-agent explorer-kmd",
      "explorer-agent explorer-ltc",
    ]);
  });
});

describe("clients of a node", () => {
  const wallet = { name: "wallet", chains: ["KMD", "BEER"] };
  const shop = { name: "shop", chains: ["LTC"], allow: ["getblockcount", "getnewaddress"] };
  const withClients = (...clients: readonly object[]) =>
    stackOf({ "dokomodo:nodes": [{ ...NODE, clients }] });
  const record = (...clients: readonly object[]) => recordStack(withClients(...clients), { reveal: true });
  test("enter through what a reviewer has read", async () => {
    const text = goldenText(await recordStack(withClients(wallet, shop)));
    const [tree = "", ...inputs] = text.split("\n== ");
    const own = inputs.filter((each) => /^\S+ explorer-(clients|operator)/.test(each));
    const lines = tree.split("\n").filter((line) => /explorer-(clients|operator|alpha-gateway)/.test(line));
    const head =
      "What a node has for its clients. test/components/goldenText.ts says how to read this file.\n";
    const shown = [head, ...lines.map(withoutDigest), "", ...own.map((each) => `== ${each}`)];
    await expect(shown.join("\n")).toMatchFileSnapshot("golden/clients.txt");
  });

  test("are told to the filter with what they may call, and its daemons' passwords in a secret alone", async () => {
    const files = filesOnDocker(await record(wallet, shop));
    const file = (name: string) =>
      JSON.parse(files[`explorer-clients /run/dokomodo/filter/${name}.json`] ?? "");
    expect(file("plan")).toEqual({
      port: 7785,
      clients: {
        shop: { chains: ["LTC"], allow: ["getblockcount", "getnewaddress"] },
        wallet: { chains: ["BEER", "KMD"] },
        operator: { chains: ["BEER", "KMD", "LTC"], allow: "any" },
      },
      chains: { BEER: { rpcPort: 8923 }, KMD: { rpcPort: 7771 }, LTC: { rpcPort: 9332 } },
    });
    expect(Object.keys(file("secrets"))).toEqual(["BEER", "KMD", "LTC"]);
    const masked = filesOnDocker(await recordStack(withClients(wallet, shop)));
    expect(masked["explorer-clients /run/dokomodo/filter/secrets.json"]).toBe(SECRET);
  });

  test("are known by certificates that name their keys, and that no workload could show", async () => {
    const graph = await record(wallet, shop);
    const callers = filesOnDocker(graph)["explorer-clients-proxy /run/dokomodo/proxy/callers"];
    expect(callers?.split("\n")).toEqual([
      "explorer-operator operator",
      expect.stringMatching(/^shop-[0-9a-f]{24} shop$/),
      expect.stringMatching(/^wallet-[0-9a-f]{24} wallet$/),
      "",
    ]);
    const request = graph.find(({ name }) => name === "explorer-clients-wallet-request")?.inputs;
    expect(request).toMatchObject({ subject: { organizationalUnit: "client" } });
    expect(request).not.toHaveProperty("dnsNames");
    expect(callers).toContain(Object(request?.["subject"]).commonName);
    expect(graph.find(({ name }) => name === "explorer-clients-wallet-certificate")?.inputs).toMatchObject({
      allowedUses: ["digital_signature", "client_auth"],
    });
  });

  test("come and go without a change of any daemon, its proxy or its pause", async () => {
    const graphs = [await record(), await record(wallet), await record(wallet, shop)];
    const [none = [], one = [], two = []] = graphs;
    for (const changed of [differing(none, one), differing(one, two)]) {
      expect(changed).toContain("explorer-clients");
      expect(changed.filter((name) => !/^explorer-(clients|operator|alpha-gateway)(-|$)/.test(name))).toEqual(
        [],
      );
    }
    // A client more or less replaces the filter and the proxy, and nothing else of the clients' workload.
    const containers = differing(one, two).filter((name) => !/-(key|request|certificate)$/.test(name));
    expect([...new Set(containers)].sort()).toEqual(["explorer-clients", "explorer-clients-proxy"]);
  });

  test("reach every daemon in a cluster, and are reached from the gateway alone", async () => {
    const graph = await recordStack(
      stackOf({
        ...CLUSTER,
        "dokomodo:kubernetes": { publish: "hostPort" },
        "dokomodo:nodes": [{ ...NODE, clients: [wallet] }],
      }),
    );
    const pods = podEnds(graph);
    const open = [...pods].flatMap(([from, end]) =>
      [...pods].filter(([, to]) => mayConnect(graph, end, to, 7443)).map(([to]) => `${from} ${to}`),
    );
    expect(open.filter((edge) => edge.includes("clients")).sort()).toEqual([
      "explorer-alpha-gateway explorer-clients",
      "explorer-clients explorer-beer",
      "explorer-clients explorer-kmd",
      "explorer-clients explorer-ltc",
    ]);
  });

  test("are the same in whatever order the config lists them", async () => {
    expect(differing(await record(wallet, shop), await record(shop, wallet))).toEqual([]);
  });

  test("have their calls sent once, because calls may spend", async () => {
    const files = filesOnDocker(await record(wallet));
    expect(files["explorer-clients-proxy /run/dokomodo/proxy/haproxy.cfg"]).not.toContain("empty-response");
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
