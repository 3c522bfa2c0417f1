import { statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ClientAccess } from "../../cli/outputs";
import { prepareImages } from "../../dev/images/images";
import {
  attempt,
  clientsOf,
  foreignIdentity,
  mayCall,
  operatorMayCall,
  plainCall,
  REFUSED,
  withClientProxy,
  wrongCalls,
} from "../../dev/scenes/clients";
import { dockerAt, restarted, startTimes } from "../../dev/scenes/docker";
import { callDaemon as callInside } from "../../dev/scenes/notary";
import { engineOf, hostConfig } from "../../dev/scenes/spanning";
import { TestStack } from "../../dev/scenes/TestStack";
import { TestHosts } from "../../dev/standIns/hosts/TestHosts";
import { prepareDocker } from "../../dev/toolchain/dockerEngine";

const NODE = "plain";
const OTHER = "plain-other";
const CHAINS = ["KMD", "LTC", "BEER"] as const;
const PLACEMENT = { KMD: "alpha", LTC: "beta", BEER: "alpha" };
const WALLET = { name: "wallet", chains: ["KMD", "BEER"] };
const AGENT = "/run/dokomodo/agent/agent.cjs";
const SHOP = { name: "shop", chains: ["LTC"], allow: ["getblockcount", "getnewaddress"] };

/** What the config says that each may call. */
const MAY = { wallet: mayCall(WALLET), shop: mayCall(SHOP), operator: operatorMayCall };

describe("a node of three chains on two hosts, without Iguana and without a passphrase", () => {
  let hosts: TestHosts;
  let stack: TestStack;
  let access: Readonly<Record<string, ClientAccess>>;
  let others: Readonly<Record<string, ClientAccess>>;
  const at = (container: string) => engineOf(NODE, hosts, () => PLACEMENT)(container);

  beforeAll(async () => {
    await prepareDocker();
    await prepareImages();
    hosts = await TestHosts.start(["alpha", "beta"], { pool: 4 });
    stack = await TestStack.create(NODE, "a phrase that is removed again", "127.0.0.1");
    const {
      "dokomodo:notaries": _,
      "dokomodo:iguana": _iguana,
      "dokomodo:passphrases": _passphrases,
      ...config
    } = stack.config;
    stack.replaceConfig({
      ...config,
      "dokomodo:hosts": Object.values(hosts.hosts).map(hostConfig),
      "dokomodo:ssh": { knownHosts: hosts.knownHosts, identity: hosts.identity },
    });
    await upWith([WALLET, SHOP]);
  });
  afterAll(async () => {
    stack?.forget();
    await hosts?.stop();
  });

  test("runs its daemons, and each answers", async () => {
    for (const symbol of CHAINS) {
      expect(await callInside(NODE, symbol, "getblockcount", [], at)).toEqual(expect.any(Number));
    }
    const names = Object.keys(await allStartTimes()).filter((name) => /iguana|witness/.test(name));
    expect(names).toEqual([]);
  });

  test("has an agent that reads the daemons of both hosts, and has no key", async () => {
    const agent = `${NODE}-agent`;
    const read = async () => JSON.parse(await dockerAt(at(agent), "exec", agent, "node", AGENT, "readings"));
    const reading = { height: expect.any(Number), peers: expect.any(Number), network: "regtest" };
    await expect
      .poll(async () => (await read()).chains, { timeout: 60_000, interval: 500 })
      .toMatchObject({ KMD: reading, LTC: reading, BEER: reading });
    expect(await read()).not.toHaveProperty("publicKey");
  });

  test("has no change to make right after an up, even when a refresh reads what runs", async () => {
    await stack.must("preview", "--expect-no-changes", "--stack", "test");
    await stack.must("preview", "--refresh", "--expect-no-changes", "--stack", "test");
  });

  test("lets each client call its chains and methods, and nothing else", async () => {
    for (const [name, may] of Object.entries(MAY)) {
      expect(await wrongCalls(access[name], CHAINS, may), name).toEqual([]);
    }
  });

  test("is called by nobody without a certificate, with a foreign one, or with that of another node", async () => {
    const own = access["wallet"];
    const foreign = await foreignIdentity(`${NODE}-operator`, "operator");
    const strangers: Record<string, Partial<ClientAccess>> = {
      "no certificate": { certificate: "", privateKey: "" },
      "a foreign certificate": foreign,
      "the certificate of another node's wallet": identityOf(others["wallet"]),
      "the certificate of another node's operator": identityOf(others["operator"]),
    };
    const calls = Object.entries(strangers).map(async ([who, identity]) => {
      const asked = own && { ...own, ...identity };
      expect(await attempt(asked, "KMD", "getblockcount"), who).toMatch(REFUSED);
    });
    await Promise.all(calls);
  });

  test("lets no client's certificate in at a daemon's own link", async () => {
    const calls = Object.entries(PLACEMENT).map(async ([chain, place]) => {
      const { address } = hosts.host(place);
      const own = access["shop"];
      const name = `${NODE}-${chain.toLowerCase()}`;
      const direct = own && { ...own, address: { name, hostname: address, port: 7443 } };
      expect(await attempt(direct, chain, "getblockcount"), chain).toMatch(REFUSED);
    });
    await Promise.all(calls);
  });

  test("answers applications that speak plain JSON-RPC to their own machine", async () => {
    const write = async (directory: string) => {
      const said = await stack.dokomodo("client", "wallet", "--node", NODE, "--directory", directory);
      expect(said).toContain("127.0.0.1:8923  BEER");
    };
    await withClientProxy(8923, write, async (directory) => {
      expect(statSync(join(directory, "client.pem")).mode & 0o777).toBe(0o600);
      const again = stack.dokomodo("client", "wallet", "--node", NODE, "--directory", directory);
      await expect(again).rejects.toThrow(/is there already|are there already/);
      const height = await callInside(NODE, "BEER", "getblockcount", [], at);
      expect(await plainCall(8923, "getblockcount")).toBe(height);
      expect(await plainCall(7771, "getblockcount")).toEqual(expect.any(Number));
      await expect(plainCall(7771, "getnewaddress")).rejects.toThrow(/may not call getnewaddress on KMD/);
    });
  });

  test("lets the operator's command call every chain", async () => {
    for (const symbol of CHAINS) {
      const said = await stack.dokomodo("rpc", symbol, "getblockcount", "--node", NODE);
      expect(JSON.parse(said)).toBe(await callInside(NODE, symbol, "getblockcount", [], at));
    }
    const address = JSON.parse(await stack.dokomodo("rpc", "BEER", "getnewaddress", "--node", NODE));
    await stack.dokomodo("rpc", "BEER", "generatetoaddress", "1", address, "--node", NODE);
    await expect(stack.dokomodo("rpc", "BEER", "dumpprivkey", address, "--node", NODE)).rejects.toThrow(
      /may not call dumpprivkey on BEER/,
    );
    await expect(stack.dokomodo("rpc", "PIZZA", "getblockcount", "--node", NODE)).rejects.toThrow(
      /has no chain PIZZA that can be called from here; there are BEER, KMD, LTC/,
    );
  });

  test("revokes a client by its line, without a restart of anything but the filter and its proxy", async () => {
    const old = access["wallet"];
    const before = await allStartTimes();
    await upWith([SHOP]);
    expect(restarted(before, await allStartTimes())).toEqual([
      `alpha ${NODE}-clients`,
      `alpha ${NODE}-clients-proxy`,
    ]);
    expect(await attempt(old, "KMD", "getblockcount")).toMatch(REFUSED);
    expect(await attempt(access["shop"], "LTC", "getblockcount")).toBe("answers");
    await upWith([SHOP, WALLET]);
    expect(await attempt(access["wallet"], "KMD", "getblockcount")).toBe("answers");
    expect(await attempt(old, "KMD", "getblockcount"), "the old certificate").toMatch(REFUSED);
  });

  test("gets a key by its passphrase, in the wallets of both hosts, and keeps it there without the passphrase", async () => {
    const without = stack.config;
    await stack.setPassphrase("a phrase of the plain node");
    await stack.up();
    const agent = `${NODE}-agent`;
    const healthy = () => dockerAt(at(agent), "exec", agent, "node", AGENT, "healthz").catch(String);
    await expect.poll(healthy, { timeout: 60_000, interval: 500 }).toBe("ok");
    await expectKeys();
    expect(await attempt(access["wallet"], "KMD", "getblockcount")).toBe("answers");
    stack.replaceConfig(without);
    const addresses = await addressesOfKey();
    await stack.up();
    await expect.poll(healthy, { timeout: 60_000, interval: 500 }).toBe("ok");
    await expectKeys(addresses);
  });

  /** The key's address on each chain, from the stack's outputs. */
  async function addressesOfKey(): Promise<Map<(typeof CHAINS)[number], string>> {
    return new Map(await Promise.all(CHAINS.map(async (each) => [each, await stack.address(each)] as const)));
  }

  async function expectKeys(addresses?: ReadonlyMap<(typeof CHAINS)[number], string>): Promise<void> {
    for (const [symbol, address] of addresses ?? (await addressesOfKey())) {
      const method = symbol === "LTC" ? "getaddressinfo" : "validateaddress";
      const owner = () => callInside(NODE, symbol, method, [address], at).catch(String);
      // A daemon that was replaced a moment ago answers at first that it is loading.
      await expect
        .poll(owner, { timeout: 30_000, interval: 500 })
        .toMatchObject({ ismine: true, iswatchonly: false });
    }
  }

  /** Brings the node up with these clients, and another node beside it. */
  async function upWith(clients: readonly object[]): Promise<void> {
    const chains = Object.entries(PLACEMENT).map(([symbol, host]) => ({ [symbol]: host }));
    stack.writeConfig({
      "dokomodo:nodes": [
        { name: NODE, host: "alpha", chains, clients },
        {
          name: OTHER,
          host: "beta",
          chains: ["LTC"],
          portOffset: 10,
          clients: [{ name: "wallet", chains: ["LTC"] }],
        },
      ],
    });
    await stack.up();
    const known = await clientsOf(stack);
    access = known[NODE] ?? {};
    others = known[OTHER] ?? {};
  }

  /** Start times of both hosts' containers of the node, keyed by host and container. */
  async function allStartTimes(): Promise<Record<string, string>> {
    const times = Object.values(hosts.hosts).map(async ({ name, socket }) =>
      Object.entries(await startTimes(NODE, socket))
        .filter(([container]) => !container.startsWith(OTHER))
        .map(([container, time]) => [`${name} ${container}`, time]),
    );
    return Object.fromEntries((await Promise.all(times)).flat());
  }
});

function identityOf(access: ClientAccess | undefined): Pick<ClientAccess, "certificate" | "privateKey"> {
  if (access === undefined) throw new Error("the other node has no such client");
  return { certificate: access.certificate, privateKey: access.privateKey };
}
