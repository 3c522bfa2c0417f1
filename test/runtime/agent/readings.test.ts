import { createServer, type Socket } from "node:net";
import { afterEach, describe, expect, onTestFinished, test } from "vitest";
import type { AgentReadings } from "../../../readings/agent";
import type { ChainReading } from "../../../readings/chain";
import { until } from "../processes";
import type { ChainStandIn } from "../standIns/ChainStandIn";
import { ADDRESS_SCRIPT } from "../standIns/CoinLedger";
import {
  type CoinUnderTest,
  credentials,
  NOTARY_UTXO,
  NotaryUnderTest,
  PASSPHRASE,
  PUBLIC_KEY,
} from "./notaryUnderTest";

const SOON = { timeout: 5000 };
/** A reading has 8 s for its answer. */
const HUNG = { timeout: 20_000 };
const TXID = "ab".repeat(32);

let notary: NotaryUnderTest | undefined;
afterEach(async () => {
  await notary?.end();
  notary = undefined;
});

async function prepared(coins: readonly CoinUnderTest[]): Promise<NotaryUnderTest> {
  const it = await NotaryUnderTest.prepare(coins);
  notary = it;
  for (const chain of it.chains.values()) tellUsual(chain);
  return it;
}

/** What komodod says, or else litecoind. */
function tellUsual({ facts, options, height }: ChainStandIn): void {
  facts.set("getconnectioncount", 8);
  facts.set("getblockchaininfo", {
    chain: "main",
    blocks: height,
    headers: height + 2,
    bestblockhash: `hash${height}`,
    verificationprogress: 0.99,
    ...(options.dialect === "new" ? { size_on_disk: 5000, warnings: "unknown rules" } : {}),
  });
  facts.set("getblockheader", { time: 1_790_000_000 });
  facts.set("getnetworkinfo", { subversion: "/MagicBean:0.8.0/", relayfee: 0.00001, warnings: "" });
  facts.set("getpeerinfo", [
    { startingheight: 2_000_000_000, synced_headers: -1 },
    { startingheight: 90, synced_headers: height + 3 },
    { startingheight: 95, synced_headers: height },
  ]);
  if (options.dialect === "new") facts.set("getwalletinfo", { unlocked_until: 0 });
  else
    facts.set("getinfo", {
      longestchain: height + 5,
      notarized: height - 10,
      notarizedtxid: TXID,
      errors: "",
    });
  facts.set("getchaintips", [
    { height, branchlen: 0, status: "active" },
    { height: height + 2, branchlen: 2, status: "headers-only" },
    { height: height - 1, branchlen: 7, status: "valid-fork" },
    { height: height + 1, branchlen: 4, status: "invalid" },
  ]);
}

async function readings(it: NotaryUnderTest): Promise<AgentReadings> {
  return JSON.parse((await it.get("/readings")).text);
}

async function reading(it: NotaryUnderTest, symbol: string): Promise<ChainReading> {
  return (await readings(it)).chains[symbol] ?? {};
}

async function silence(it: NotaryUnderTest, symbol: string): Promise<string | undefined> {
  const { silence } = await reading(it, symbol);
  return silence === undefined ? undefined : `${silence.kind}: ${silence.detail}`;
}

describe("the readings of a notary", () => {
  test("have all that its daemons and Iguana say, by one call", async () => {
    const it = await prepared([
      { symbol: "BEER", dest: "KMD" },
      { symbol: "KMD", dest: "LTC", utxos: { low: 4, high: 40, dryRun: true } },
      { symbol: "LTC", dialect: "new", hasWallet: false },
    ]);
    it.chain("BEER").coins.receive([NOTARY_UTXO, NOTARY_UTXO, { value: 5e7, script: ADDRESS_SCRIPT }]);
    it.chain("BEER").coins.lock(NOTARY_UTXO.script);
    it.startAgent();
    await until(() => it.isHealthy());
    await expect.poll(async () => (await reading(it, "BEER")).fork, SOON).toBeDefined();
    await expect.poll(async () => (await reading(it, "BEER")).notaryUtxos?.count, SOON).toBe(1);
    const time = expect.stringMatching(/^20\d\d-.*Z$/);
    expect((await readings(it)).chains["BEER"]).toEqual({
      at: time,
      network: "main",
      latencyMilliseconds: expect.any(Number),
      height: 100,
      heightSince: time,
      headers: 102,
      // Of peers the second highest: one may say anything. Of komodod its longestchain.
      bestKnown: 105,
      tipTime: new Date(1_790_000_000_000).toISOString(),
      peers: 8,
      verificationProgress: 0.99,
      fork: { length: 4, status: "invalid" },
      address: "RBEER",
      balance: 0.5001,
      coins: 1,
      hasKey: true,
      notaryUtxos: { count: 1, locked: 1 },
      notarisedTo: "KMD",
      lastNotarisation: { height: 90, txid: TXID },
      version: "/MagicBean:0.8.0/",
    });
    await expect
      .poll(() => reading(it, "LTC"), SOON)
      .toMatchObject({
        bestKnown: 103,
        isWalletLocked: true,
        sizeOnDisk: 5000,
        warning: "unknown rules",
        balance: 0,
      });
    expect(await reading(it, "LTC")).not.toHaveProperty("lastNotarisation");
    await expect
      .poll(async () => (await reading(it, "KMD")).notaryUtxos, SOON)
      .toEqual({ count: 0, locked: 0, low: 4, high: 40, next: "nothing can be split" });
    await expect
      .poll(async () => (await readings(it)).iguana, SOON)
      .toEqual({
        state: "ready",
        since: time,
        lease: { state: "none-asked" },
        chains: 3,
        notarised: 2,
        heights: { BEER: 100, KMD: 100, LTC: 100 },
      });
    const { code, output } = await it.command("readings");
    expect(code).toBe(0);
    expect(JSON.parse(output)).toMatchObject({ publicKey: PUBLIC_KEY, certificates: {} });
    for (const chain of it.chains.values()) expect(chain.mostInFlight).toBe(1);
  });

  test("see a new block, and what only it changes", async () => {
    const it = await prepared([{ symbol: "KMD" }]);
    it.startAgent();
    await expect.poll(async () => (await reading(it, "KMD")).height, SOON).toBe(100);
    const { heightSince } = await reading(it, "KMD");
    const chain = it.chain("KMD");
    chain.height = 101;
    chain.facts.set("getblockchaininfo", { blocks: 101, headers: 101, bestblockhash: "hash101" });
    await expect.poll(async () => (await reading(it, "KMD")).height, SOON).toBe(101);
    expect((await reading(it, "KMD")).heightSince).not.toBe(heightSince);
    const headers = chain.readings.filter(({ method }) => method === "getblockheader");
    expect(headers.map(({ params }) => params)).toEqual([["hash100"], ["hash101"]]);
  });

  test("lack what a daemon does not have, and do not ask for it again and again", async () => {
    const it = await prepared([{ symbol: "HUSH" }]);
    const chain = it.chain("HUSH");
    chain.facts.clear();
    it.startAgent();
    await expect.poll(async () => (await reading(it, "HUSH")).height, SOON).toBe(100);
    await new Promise((resolve) => setTimeout(resolve, 3000));
    const asked = (method: string) => chain.readings.filter((call) => call.method === method).length;
    for (const method of ["getconnectioncount", "getblockchaininfo", "getpeerinfo", "getchaintips"])
      expect(asked(method), method).toBe(1);
    expect(asked("getblockcount")).toBeGreaterThan(5);
    expect(await reading(it, "HUSH")).toMatchObject({ bestKnown: 100, hasKey: true });
  });

  test("have no secret, whatever a daemon says", async () => {
    const it = await prepared([{ symbol: "KMD" }]);
    const { wif, rpcPassword } = credentials("KMD");
    const chain = it.chain("KMD");
    chain.facts.set("getnetworkinfo", { subversion: wif, warnings: [rpcPassword, PASSPHRASE] });
    chain.facts.set("getinfo", { notarized: 5, notarizedtxid: `key ${wif}` });
    it.startAgent();
    await expect.poll(async () => (await reading(it, "KMD")).lastNotarisation, SOON).toBeDefined();
    expect(await reading(it, "KMD")).toMatchObject({
      version: "[secret]",
      warning: "[secret]; [secret]",
      lastNotarisation: { height: 5, txid: "key [secret]" },
    });
    expect((await it.command("readings")).output).not.toContain("canary");
    expect(it.output).not.toContain("canary");
  });
});

describe("a silence is read as what it is", () => {
  test("a daemon that loads, one with another password, and one that is away", async () => {
    const it = await prepared([{ symbol: "KMD" }, { symbol: "LTC" }]);
    const chain = it.chain("KMD");
    it.startAgent();
    await expect.poll(async () => (await reading(it, "KMD")).height, SOON).toBe(100);
    chain.isLoading = true;
    await expect.poll(() => silence(it, "KMD"), SOON).toBe("loading: Loading block index...");
    const { silence: first } = await reading(it, "KMD");
    chain.isLoading = false;
    chain.password = "another";
    await expect
      .poll(() => silence(it, "KMD"), SOON)
      .toMatch(/^password: the daemon of KMD refuses the user/);
    chain.password = credentials("KMD").rpcPassword;
    await expect.poll(() => silence(it, "KMD"), SOON).toBeUndefined();
    await chain.stop();
    await expect
      .poll(() => silence(it, "KMD"), SOON)
      .toBe("link: the proxy beside this agent does not lead to the daemon of KMD: connection refused");
    // What was read before stays, with the time of its reading.
    const { at, silence: last, height } = await reading(it, "KMD");
    expect(height).toBe(100);
    expect(Date.parse(last?.since ?? "")).toBeGreaterThanOrEqual(Date.parse(at ?? ""));
    expect(last?.since).not.toBe(first?.since);
    expect(await silence(it, "LTC")).toBeUndefined();
    chain.height = 200;
    tellUsual(chain);
    await chain.start();
    await expect.poll(() => reading(it, "KMD"), SOON).toMatchObject({ height: 200, bestKnown: 205 });
  });

  test("a daemon that hangs is silent, and one question that hangs costs its value alone", async () => {
    const it = await prepared([{ symbol: "KMD" }, { symbol: "LTC" }]);
    it.chain("KMD").hangs.add("getconnectioncount");
    it.chain("LTC").hangs.add("getpeerinfo");
    it.startAgent();
    // The keepers have connections of their own, so nothing waits for the readers.
    await until(() => it.isHealthy(), 5000);
    await expect.poll(() => silence(it, "KMD"), HUNG).toBe("silent: the daemon of KMD: no answer in 8 s");
    it.chain("LTC").height = 150;
    tellUsual(it.chain("LTC"));
    await expect.poll(async () => (await reading(it, "LTC")).height, HUNG).toBe(150);
    expect(await silence(it, "LTC")).toBeUndefined();
    await expect.poll(async () => (await reading(it, "LTC")).balance, SOON).toBe(0);
    expect(it.chain("LTC").readings.filter(({ method }) => method === "getpeerinfo")).toHaveLength(1);
  });

  test("a call that is held and then given up, as proxies do, says that the daemon is down", async () => {
    const it = await prepared([{ symbol: "KMD" }]);
    const { port } = it.chain("KMD");
    await it.chain("KMD").stop();
    const proxy = createServer((socket) => {
      socket.on("error", () => undefined);
      setTimeout(() => socket.end(), 9000);
    });
    await new Promise<void>((resolve) => proxy.listen(port, "127.0.0.1", resolve));
    onTestFinished(() => void proxy.close());
    it.startAgent();
    await expect.poll(() => silence(it, "KMD"), HUNG).toBe("silent: the daemon of KMD: no answer in 8 s");
    const { silence: first } = await reading(it, "KMD");
    await expect
      .poll(() => silence(it, "KMD"), HUNG)
      .toBe("down: the daemon of KMD: connection closed without an answer");
    expect((await reading(it, "KMD")).silence?.since).toBe(first?.since);
  });

  test.each<[string, string, (socket: Socket) => void]>([
    [
      "is cut in half",
      "error: the daemon of KMD: the connection was closed within the answer",
      (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"result":'),
    ],
    [
      "never comes, because the connection is closed",
      "down: the daemon of KMD: connection closed without an answer",
      (socket) => socket.end(),
    ],
    [
      "is no JSON",
      "error: the daemon of KMD does not answer like a chain's daemon (HTTP 200)",
      (socket) => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"),
    ],
    [
      "is huge",
      "error: the daemon of KMD cannot be trusted: its answer to getconnectioncount is longer than 64 KiB, which no daemon's is; it was not read",
      (socket) => socket.end(`HTTP/1.1 200 OK\r\nContent-Length: ${2 ** 20}\r\n\r\n${" ".repeat(2 ** 20)}`),
    ],
  ])("an answer that %s", async (_, expected, answer) => {
    const it = await prepared([{ symbol: "KMD" }]);
    const { port } = it.chain("KMD");
    await it.chain("KMD").stop();
    const server = createServer((socket) => {
      socket.on("error", () => undefined);
      socket.once("data", () => answer(socket));
    });
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    it.startAgent();
    await expect.poll(() => silence(it, "KMD"), SOON).toBe(expected);
  });
});

test("a node without a key is read, and gets nothing", async () => {
  const it = await prepared([{ symbol: "KMD" }, { symbol: "LTC", dialect: "new", hasWallet: false }]);
  const { plan } = it;
  if (plan === undefined) throw new Error("no plan");
  const { listenPort, pollSeconds } = plan;
  const coins = plan.coins.map(({ symbol, rpcPort }) => ({ symbol, rpcPort }));
  const secrets = coins.map(({ symbol }) => {
    const { rpcUser, rpcPassword } = credentials(symbol);
    return [symbol, { rpcUser, rpcPassword }];
  });
  it.write({ listenPort, pollSeconds, coins }, { coins: Object.fromEntries(secrets) });
  it.startAgent();
  await until(() => it.isHealthy(), 5000);
  await expect.poll(async () => (await reading(it, "KMD")).lastNotarisation, SOON).toBeDefined();
  const answer = await readings(it);
  expect(Object.keys(answer)).toEqual(["at", "chains", "certificates", "warnings"]);
  expect(answer.chains["KMD"]).toMatchObject({ height: 100, peers: 8 });
  for (const absent of ["hasKey", "balance", "notaryUtxos", "notarisedTo"])
    expect(answer.chains["KMD"]).not.toHaveProperty(absent);
  const status = JSON.parse((await it.get("/status")).text);
  expect(status).toEqual({
    coins: {
      KMD: { state: "ready", chainHeight: 100 },
      LTC: { state: "ready", chainHeight: 100 },
    },
    certificates: {},
    warnings: [],
  });
  const asked = [...it.chains.values()].flatMap(({ calls, readings }) => [...calls, ...readings]);
  const methods = new Set(asked.map(({ method }) => method));
  for (const method of ["importprivkey", "createwallet", "loadwallet", "validateaddress", "listunspent"])
    expect(methods).not.toContain(method);
  expect(await it.command("rescanned", "KMD")).toMatchObject({
    code: 1,
    output: "agent: this node has no key, so there is nothing to do for rescanned\n",
  });
  await it.chain("KMD").stop();
  await until(async () => (await it.get("/healthz")).text.startsWith("KMD: waiting-for-chain"));
  await it.chain("KMD").start();
});
