import { afterEach, expect, test } from "vitest";
import { exitOf, until } from "../processes";
import { NotaryUnderTest } from "./notaryUnderTest";

let notary: NotaryUnderTest | undefined;

afterEach(async () => {
  await notary?.end();
  notary = undefined;
});

async function running(): Promise<NotaryUnderTest> {
  const it = await NotaryUnderTest.prepare([
    { symbol: "BEER", dest: "KMD" },
    { symbol: "KMD", dest: "LTC" },
    { symbol: "LTC", dialect: "new", hasWallet: false },
  ]);
  notary = it;
  it.startAgent();
  await until(() => it.isHealthy());
  return it;
}

test.each([
  ["in a moment that nobody sees", 0],
  ["and is away for a while", 700],
])("Iguana restarts %s: all is done again, and no key is imported twice", async (_name, milliseconds) => {
  const it = await running();
  await it.iguana.restart(milliseconds);
  await until(() => it.iguana.commands.filter((command) => command.startsWith("dpow")).length === 2, 5000);
  await until(() => it.isHealthy(), 5000);
  const commands = [...new Set(it.iguana.commands)].sort();
  expect(commands).toEqual(
    [
      "myipaddr 198.51.100.10",
      "addnotary 198.51.100.10",
      "addnotary 203.0.113.7",
      "addcoin BEER",
      "addcoin KMD",
      "addcoin LTC",
      "walletpassphrase",
      "dpow BEER",
      "dpow KMD",
    ].sort(),
  );
  for (const chain of it.chains.values()) expect(chain.count("importprivkey")).toBe(1);
  expect(it.output).toContain("Iguana: has restarted and lost everything; it is brought up again");
});

test("while Iguana is away /healthz says so in 503", async () => {
  const it = await running();
  await it.iguana.stop();
  // A call that is under way when it stops is cut off first.
  const refused = "Iguana: waiting-for-rpc (Iguana's RPC: connection refused)";
  await until(async () => (await it.get("/healthz")).text.includes(refused));
  expect(await it.isHealthy()).toBe(false);
  await until(async () => (await it.states())["BEER"] === "waiting-for-iguana");
  await it.iguana.start();
  await until(() => it.isHealthy());
  // It was not a restart: what it knew it still knows.
  expect(it.iguana.commands.filter((command) => command === "addcoin BEER")).toHaveLength(1);
});

test("a chain goes and comes back: nothing is done again", async () => {
  const it = await running();
  const before = it.iguana.commands.length;
  await it.chain("BEER").stop();
  await until(async () => (await it.states())["BEER"] === "waiting-for-chain");
  expect((await it.status()).coins["BEER"]?.chainHeight).toBeNull();
  expect((await it.states())["KMD"]).toBe("ready");
  await it.chain("BEER").start();
  await until(() => it.isHealthy(), 5000);
  expect(it.iguana.commands.length).toBe(before);
  expect(it.chain("BEER").count("importprivkey")).toBe(1);
});

test("a chain that lost its wallet gets its key again", async () => {
  const it = await running();
  it.chain("BEER").loseWallet();
  it.chain("LTC").loseWallet();
  await until(() => it.chain("BEER").isOurs && it.chain("LTC").isOurs, 5000);
  await until(() => it.isHealthy());
  expect(it.chain("LTC").count("createwallet")).toBe(2);
});

test("a wallet that is only unloaded is loaded, and nothing imported", async () => {
  const it = await running();
  it.chain("LTC").unloadWallet();
  await until(() => it.chain("LTC").isOurs, 5000);
  expect(it.chain("LTC").count("createwallet")).toBe(1);
  expect(it.chain("LTC").count("importprivkey")).toBe(1);
});

test("the agent restarts: it finds all done, and Iguana's address is left alone", async () => {
  const it = await running();
  it.iguana.requests.length = 0;
  expect(await it.stopAgent()).toBe(0);
  it.startAgent();
  await until(() => it.isHealthy(), 5000);
  expect(it.output).toContain("Iguana: runs already");
  expect(it.output).toContain("BEER: Iguana has it already");
  expect(it.output).toContain("BEER: is notarised to KMD already");
  expect(it.iguana.commands.some((command) => /myipaddr|addnotary/.test(command))).toBe(false);
  for (const chain of it.chains.values()) expect(chain.count("importprivkey")).toBe(1);
});

test("SIGTERM ends the agent at once with 0, whatever it waits for", async () => {
  const it = await NotaryUnderTest.prepare([{ symbol: "BEER" }]);
  notary = it;
  await it.chain("BEER").stop();
  await it.iguana.stop();
  const agent = it.startAgent();
  await until(async () => (await it.status()).iguana.state === "waiting-for-rpc");
  const before = Date.now();
  agent.kill("SIGTERM");
  expect(await exitOf(agent)).toBe(0);
  expect(Date.now() - before).toBeLessThan(1000);
  await it.iguana.start();
});
