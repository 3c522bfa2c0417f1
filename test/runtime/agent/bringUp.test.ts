import { readFileSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { afterEach, expect, onTestFinished, test } from "vitest";
import { until } from "../processes";
import { pour } from "../standIns/endless";
import { NotaryUnderTest } from "./notaryUnderTest";

let notary: NotaryUnderTest | undefined;

afterEach(async () => {
  await notary?.end();
  notary = undefined;
});

/** What goes on is tried again and again, so a state that was seen may have passed at the next look. */
const SOON = { timeout: 10_000, interval: 20 };

const MAIN_COINS = [
  { symbol: "BEER", dest: "KMD" },
  { symbol: "KMD", dest: "LTC" },
  { symbol: "LTC", dialect: "new", hasWallet: false },
] as const;

test("a notary with both dialects and a daemon without wallet comes up by itself", async () => {
  const it = await NotaryUnderTest.prepare(MAIN_COINS);
  notary = it;
  it.startAgent();
  await until(() => it.isHealthy(), 5000);

  const { commands } = it.iguana;
  expect(commands.slice(0, 3)).toEqual([
    "myipaddr 198.51.100.10",
    "addnotary 198.51.100.10",
    "addnotary 203.0.113.7",
  ]);
  expect([...commands.slice(3)].sort()).toEqual(
    ["addcoin BEER", "addcoin KMD", "addcoin LTC", "walletpassphrase", "dpow BEER", "dpow KMD"].sort(),
  );
  expect(commands.indexOf("walletpassphrase")).toBeLessThan(commands.indexOf("dpow KMD"));
  expect(
    it.iguana.requests.find(({ method, newcoin }) => method === "addcoin" && newcoin === "BEER"),
  ).toEqual({
    agent: "iguana",
    method: "addcoin",
    newcoin: "BEER",
    conf: "BEER.conf",
    path: "/home/iguana/.komodo/BEER",
    rpc: 1,
    RELAY: -1,
    userpass: "userBEER:canaryPasswordBEER",
  });
  expect(it.iguana.requests.find(({ method }) => method === "dpow")).toMatchObject({ freq: 5 });

  for (const chain of it.chains.values()) {
    expect(chain.isOurs).toBe(true);
    expect(chain.count("importprivkey")).toBe(1);
    expect(chain.mostInFlight).toBe(1);
  }
  expect(it.chain("LTC").count("createwallet")).toBe(1);
  expect(it.chain("KMD").count("createwallet")).toBe(0);

  const status = await it.status();
  expect(status.iguana.state).toBe("ready");
  expect(status.coins["BEER"]).toEqual({
    state: "ready",
    chainHeight: 100,
    iguanaHeight: 100,
    address: "RBEER",
  });
  it.chain("BEER").height = 101;
  await until(async () => (await it.status()).coins["BEER"]?.iguanaHeight === 101);
});

test("the key goes to no daemon that somebody else runs, and the coin says what to do", async () => {
  const it = await NotaryUnderTest.prepare([
    { symbol: "KMD", dest: "LTC" },
    { symbol: "LTC", importsKey: false },
  ]);
  notary = it;
  it.startAgent();
  await until(async () => (await it.status()).coins["LTC"]?.state === "error");
  expect((await it.status()).coins["LTC"]).toMatchObject({
    detail: expect.stringContaining("does not have the key of RLTC; import it there"),
  });
  expect(it.chain("LTC").count("importprivkey")).toBe(0);
});

test("log lines are said once", async () => {
  const it = await NotaryUnderTest.prepare(MAIN_COINS);
  notary = it;
  it.startAgent();
  await until(() => it.isHealthy());
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const lines = it.output.split("\n").map((line) => line.replace(/^\S+ /, ""));
  for (const line of [
    "Iguana: knows its address and 2 notaries",
    "Iguana: wallet unlocked",
    "BEER: key imported",
    "BEER: added to Iguana",
    "BEER: dpow accepted, notarised to KMD",
    "BEER: ready at height 100",
    'LTC: wallet "notary" created',
  ]) {
    expect(lines.filter((other) => other === line)).toEqual([line]);
  }
  expect(lines.length).toBeLessThan(25);
});

test("an old daemon without named parameters gets its wallet by name alone", async () => {
  const it = await NotaryUnderTest.prepare([
    { symbol: "AYA", dialect: "new", hasWallet: false, knowsNamedParams: false },
  ]);
  notary = it;
  it.startAgent();
  await until(() => it.isHealthy());
  const [chain] = it.chains.values();
  expect(chain?.calls.filter(({ method }) => method === "createwallet").map(({ params }) => params)).toEqual([
    { wallet_name: "notary", descriptors: false, load_on_startup: true },
    ["notary"],
  ]);
});

test("a chain that loads delays only itself and what it is the destination of", async () => {
  const it = await NotaryUnderTest.prepare([...MAIN_COINS, { symbol: "HUSH" }]);
  notary = it;
  it.chain("KMD").isLoading = true;
  await it.chain("HUSH").stop();
  it.startAgent();
  const complaints = [
    "BEER: waiting-for-dest (KMD)",
    "KMD: loading (Loading block index...)",
    `HUSH: waiting-for-chain (the proxy beside this agent does not lead to the daemon of HUSH: connection refused)`,
    "",
  ];
  await expect.poll(async () => (await it.get("/healthz")).text.split("\n"), SOON).toEqual(complaints);
  expect(await it.states()).toEqual({
    BEER: "waiting-for-dest",
    KMD: "loading",
    LTC: "ready",
    HUSH: "waiting-for-chain",
  });
  expect((await it.get("/healthz")).status).toBe(503);
  it.chain("KMD").isLoading = false;
  await it.chain("HUSH").start();
  await until(() => it.isHealthy());
  expect(it.iguana.commands.filter((command) => command === "dpow BEER")).toHaveLength(1);
});

test("a chain that accepts calls and answers none holds up nobody else", async () => {
  const it = await NotaryUnderTest.prepare([{ symbol: "BEER" }, { symbol: "LTC" }]);
  notary = it;
  const { port } = it.chain("BEER");
  await it.chain("BEER").stop();
  const mute = createServer();
  await new Promise<void>((resolve) => mute.listen(port, "127.0.0.1", resolve));
  it.startAgent();
  await until(async () => (await it.states())["LTC"] === "ready", 3000);
  await until(
    async () => (await it.status()).coins["BEER"]?.detail === "the daemon of BEER: no answer in 10 s",
    15_000,
  );
  mute.close();
});

test.each<[string, (socket: Socket) => void]>([
  [
    "in one go",
    (socket) => socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${2 ** 33}\r\n\r\n`, () => pour(socket)),
  ],
  [
    "in chunks without an end",
    (socket) =>
      socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", () => pour(socket, "100000\r\n")),
  ],
])(
  "a chain that answers without an end, %s, is named, and the agent's memory stays as it was",
  async (_how, answer) => {
    const it = await NotaryUnderTest.prepare([{ symbol: "BEER" }, { symbol: "LTC" }]);
    notary = it;
    const { port } = it.chain("BEER");
    await it.chain("BEER").stop();
    const flood = createServer((socket) => {
      socket.on("error", () => undefined);
      socket.once("data", () => answer(socket));
    });
    await new Promise<void>((resolve) => flood.listen(port, "127.0.0.1", resolve));
    onTestFinished(() => void flood.close());
    const agent = it.startAgent();
    await until(async () => (await it.states())["LTC"] === "ready");
    await until(async () => (await it.states())["BEER"] === "error");
    expect((await it.status()).coins["BEER"]?.detail).toBe(
      `the daemon of BEER cannot be trusted: its answer to getblockcount is longer than 64 KiB, which no daemon's is; it was not read`,
    );
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const peak = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${agent.pid}/status`, "utf8"))?.[1]);
    expect(peak / 1024).toBeLessThan(150);
  },
);

test("a wrong password is said, and mended without a restart of the agent", async () => {
  const it = await NotaryUnderTest.prepare([{ symbol: "BEER" }]);
  notary = it;
  const chain = it.chain("BEER");
  const { password } = chain;
  chain.password = "another";
  it.startAgent();
  await until(async () => (await it.states())["BEER"] === "error");
  expect((await it.status()).coins["BEER"]?.detail).toBe(
    "the daemon of BEER refuses the user and password (HTTP 401). `pulumi up` gives it and this agent the same; if somebody else runs it, correct them in dokomodo:external",
  );
  chain.password = password;
  await until(() => it.isHealthy());
});

test("a refused dpow is an error that is tried again", async () => {
  const it = await NotaryUnderTest.prepare(MAIN_COINS.slice(1));
  notary = it;
  it.iguana.dpowRefusals = Array(3).fill("must be running as notary node");
  it.startAgent();
  await expect
    .poll(async () => (await it.status()).coins["KMD"], SOON)
    .toMatchObject({ state: "error", detail: "Iguana: must be running as notary node" });
  await until(() => it.isHealthy());
  expect(it.output.match(/ERROR/g)).toHaveLength(1);
});

test("a destination that the notary has no chain of is an error of that coin alone", async () => {
  const it = await NotaryUnderTest.prepare([{ symbol: "BEER", dest: "KMD" }, { symbol: "LTC" }]);
  notary = it;
  it.startAgent();
  await until(async () => (await it.states())["LTC"] === "ready" && (await it.states())["BEER"] === "error");
  expect((await it.get("/healthz")).text).toBe(
    "BEER: error (it is notarised to KMD, which is not a chain of this notary)\n",
  );
});

test("an Iguana that is no notary, or that has another key, is said", async () => {
  const it = await NotaryUnderTest.prepare([{ symbol: "LTC" }]);
  notary = it;
  it.iguana.isNotary = false;
  it.iguana.publicKey = `03${"cd".repeat(32)}`;
  it.startAgent();
  await expect
    .poll(async () => (await it.status()).iguana, SOON)
    .toMatchObject({ state: "error", detail: expect.stringContaining("does it run as a notary") });
  it.iguana.isNotary = true;
  const detail = expect.stringContaining("the passphrase gives the public key 03cd");
  await expect
    .poll(async () => (await it.status()).coins["LTC"], SOON)
    .toMatchObject({ state: "error", detail });
});
