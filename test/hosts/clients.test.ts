import { mkdtempSync, rmSync, statSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ClientAccess, parseOutputs } from "../../cli/outputs";
import { callDaemon } from "../../cli/rpcCall";
import { prepareImages } from "../../dev/images/images";
import { docker, dockerLogs, restarted, startTimes } from "../../dev/scenes/docker";
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
const SHOP = { name: "shop", chains: ["LTC"], allow: ["getblockcount", "getnewaddress"] };
const METHODS = ["getblockcount", "getnewaddress", "getnetworkinfo", "dumpprivkey", "stop"];
/** HAProxy drops a caller that it does not know without a word. */
const PATIENCE_MILLISECONDS = 4000;

/** What a caller sees that the proxy drops: the connection is closed, or nothing comes. */
const REFUSED = /cannot call .*(ECONNRESET|socket hang up|no answer|alert|disconnected)/;

/** What the config says that each may call. Nobody may call `dumpprivkey` or `stop`. */
const MAY: Readonly<Record<string, (chain: string, method: string) => boolean>> = {
  wallet: (chain, method) =>
    WALLET.chains.includes(chain) && ["getblockcount", "getnetworkinfo"].includes(method),
  shop: (chain, method) => SHOP.chains.includes(chain) && SHOP.allow.includes(method),
  operator: (_, method) => !["dumpprivkey", "stop"].includes(method),
};

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
    const names = Object.keys(await allStartTimes()).filter((name) => /iguana|agent|witness/.test(name));
    expect(names).toEqual([]);
  });

  test("has no change to make right after an up, even when a refresh reads what runs", async () => {
    await stack.must("preview", "--expect-no-changes", "--stack", "test");
    await stack.must("preview", "--refresh", "--expect-no-changes", "--stack", "test");
  });

  test("lets each client call its chains and methods, and nothing else", async () => {
    for (const [name, may] of Object.entries(MAY)) {
      const wrong: string[] = [];
      let allowed = 0;
      for (const chain of CHAINS) {
        for (const method of METHODS) {
          const result = await attempt(access[name], chain, method);
          if (may(chain, method)) allowed += 1;
          if ((result === "answers") !== may(chain, method))
            wrong.push(`${name} ${chain} ${method}: ${result}`);
        }
      }
      console.log(`${name}: ${allowed} of ${CHAINS.length * METHODS.length} calls are allowed`);
      expect(wrong).toEqual([]);
    }
  });

  test("is called by nobody without a certificate, with a foreign one, or with that of another node", async () => {
    const own = access["wallet"];
    const foreign = await foreignIdentity();
    const strangers: Record<string, Partial<ClientAccess>> = {
      "no certificate": { certificate: "", privateKey: "" },
      "a foreign certificate": foreign,
      "the certificate of another node's wallet": identityOf(others["wallet"]),
      "the certificate of another node's operator": identityOf(others["operator"]),
    };
    for (const [who, identity] of Object.entries(strangers)) {
      const asked = own && { ...own, ...identity };
      expect(await attempt(asked, "KMD", "getblockcount"), who).toMatch(REFUSED);
    }
  });

  test("lets no client's certificate in at a daemon's own link", async () => {
    for (const [chain, place] of Object.entries(PLACEMENT)) {
      const { address } = hosts.host(place);
      const own = access["shop"];
      const name = `${NODE}-${chain.toLowerCase()}`;
      const direct = own && { ...own, address: { name, hostname: address, port: 7443 } };
      expect(await attempt(direct, chain, "getblockcount"), chain).toMatch(REFUSED);
    }
  });

  test("answers applications that speak plain JSON-RPC to their own machine", async () => {
    const folder = mkdtempSync(join(tmpdir(), "dokomodo-client-"));
    const directory = join(folder, "wallet");
    const container = "dkx-client";
    try {
      const said = await stack.dokomodo("client", "wallet", "--node", NODE, "--directory", directory);
      expect(said).toContain("127.0.0.1:8923  BEER");
      expect(statSync(join(directory, "client.pem")).mode & 0o777).toBe(0o600);
      const again = stack.dokomodo("client", "wallet", "--node", NODE, "--directory", directory);
      await expect(again).rejects.toThrow(/is there already|are there already/);
      await docker("rm", "--force", container);
      await docker(
        ...["run", "--detach", "--name", container, "--network", "host", "--user", "0:0"],
        ...["--volume", `${directory}:/client:ro`, "--workdir", "/client"],
        ...["dokomodo-testbed/haproxy:dev", "haproxy", "-f", "haproxy.cfg"],
      );
      const height = await callInside(NODE, "BEER", "getblockcount", [], at);
      await untilListening(container, 8923);
      expect(await plainCall(8923, "getblockcount")).toBe(height);
      expect(await plainCall(7771, "getblockcount")).toEqual(expect.any(Number));
      await expect(plainCall(7771, "getnewaddress")).rejects.toThrow(/may not call getnewaddress on KMD/);
    } finally {
      await docker("rm", "--force", container);
      rmSync(folder, { recursive: true });
    }
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
    const shown = await stack.must("stack", "output", "--json", "--show-secrets", "--stack", "test");
    const { nodes } = parseOutputs(shown, "test");
    access = nodes[NODE]?.clients ?? {};
    others = nodes[OTHER]?.clients ?? {};
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

/**
 * `answers` if the call reached the daemon, and else why not. A node's litecoind has no wallet, because nobody has made
 * one, and says so.
 */
async function attempt(access: ClientAccess | undefined, symbol: string, method: string): Promise<string> {
  if (access === undefined) return "no such client";
  const called = callDaemon(access, { symbol, method, params: [] }, PATIENCE_MILLISECONDS);
  return called.then(
    () => "answers",
    ({ message }: Error) => (message.includes("No wallet is loaded") ? "answers" : message),
  );
}

/** Waits until a container of this machine's own network listens on loopback. Throws with its log if it does not. */
async function untilListening(container: string, port: number): Promise<void> {
  for (let tries = 0; tries < 50; tries++) {
    const { execa } = await import("execa");
    const { failed } = await execa("bash", ["-c", `exec 3<>/dev/tcp/127.0.0.1/${port}`], { reject: false });
    if (!failed) return;
    await sleep(200);
  }
  throw new Error(`${container} does not listen on ${port}: ${await dockerLogs(container)}`);
}

function identityOf(access: ClientAccess | undefined): Pick<ClientAccess, "certificate" | "privateKey"> {
  if (access === undefined) throw new Error("the other node has no such client");
  return { certificate: access.certificate, privateKey: access.privateKey };
}

/** A call as an application makes it: plain HTTP, with a user and password of its own. */
function plainCall(port: number, method: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const options = { host: "127.0.0.1", port, method: "POST", auth: "any:thing" };
    const call = request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString();
        if (!text.startsWith("{")) return reject(new Error(`HTTP ${response.statusCode}: ${text}`));
        const { result, error } = JSON.parse(text);
        if (error) reject(new Error(error.message));
        else resolve(result);
      });
    });
    call.on("error", reject);
    call.end(JSON.stringify({ id: "application", method, params: [] }));
  });
}

/** A certificate with the right role and a client's name that another authority has signed. */
async function foreignIdentity(): Promise<Pick<ClientAccess, "certificate" | "privateKey">> {
  const { execa } = await import("execa");
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "-"];
  const subject = ["-subj", `/CN=${NODE}-operator/O=dokomodo/OU=operator`, "-days", "2"];
  const { stdout } = await execa("openssl", ["req", "-x509", ...key, ...subject]);
  return { certificate: stdout, privateKey: stdout };
}
