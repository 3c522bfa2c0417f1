import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { AgentSecrets, NodePlan, NotaryPlan } from "../../../runtime/agent/plan";
import { until } from "../processes";
import { type CoinUnderTest, credentials, NotaryUnderTest } from "./notaryUnderTest";

let notary: NotaryUnderTest | undefined;
afterEach(async () => {
  await notary?.end();
  notary = undefined;
});

const COINS = [
  { symbol: "BEER" },
  { symbol: "KMD" },
  { symbol: "LTC", dialect: "new", hasWallet: false },
] as const;

/** The same daemons, and no Iguana: the agent is told of none, and has no passphrase. */
async function node(
  coins: readonly CoinUnderTest[] = COINS,
): Promise<{ it: NotaryUnderTest; plan: NodePlan }> {
  const it = await NotaryUnderTest.prepare(coins);
  notary = it;
  if (it.plan === undefined) throw new Error("no plan");
  const plan = withoutIguana(it.plan);
  it.write(plan, secretsOf(coins));
  return { it, plan };
}

function withoutIguana({ iguana: _, coins, ...common }: NotaryPlan): NodePlan {
  return {
    ...common,
    coins: coins.map(({ symbol, rpcPort, address, importsKey }) => ({
      symbol,
      rpcPort,
      address,
      importsKey,
    })),
  };
}

function secretsOf(coins: readonly CoinUnderTest[]): AgentSecrets {
  return { coins: Object.fromEntries(coins.map(({ symbol }) => [symbol, credentials(symbol)])) };
}

describe("the agent of a node without Iguana", () => {
  test("brings the key into each wallet, makes one where there is none, and looks for no Iguana", async () => {
    const { it } = await node();
    it.startAgent();
    await until(() => it.isHealthy(), 5000);
    for (const chain of it.chains.values()) {
      expect(chain.isOurs).toBe(true);
      expect(chain.count("importprivkey")).toBe(1);
    }
    expect(it.chain("LTC").count("createwallet")).toBe(1);
    const status = JSON.parse((await it.get("/status")).text);
    expect(Object.keys(status)).toEqual(["publicKey", "coins", "certificates", "warnings"]);
    expect(status.coins.BEER).toEqual({ state: "ready", chainHeight: 100, address: "RBEER" });
    expect(it.iguana.requests).toEqual([]);
    expect(it.output).not.toMatch(/Iguana|Lease|canary/);
  });

  test("brings it again into a daemon that comes back with another wallet, and after its own end", async () => {
    const { it } = await node();
    it.startAgent();
    await until(() => it.isHealthy(), 5000);
    for (const symbol of ["KMD", "LTC"]) it.chain(symbol).loseWallet();
    await until(() => it.chain("KMD").isOurs && it.chain("LTC").isOurs, 5000);
    expect(await it.stopAgent()).toBe(0);
    it.chain("BEER").loseWallet();
    it.startAgent();
    await until(() => it.chain("BEER").isOurs, 5000);
    await until(() => it.isHealthy());
    expect([...it.chains.values()].map((chain) => chain.count("importprivkey"))).toEqual([2, 2, 2]);
  });

  test("says which chain is away, and goes on with the others", async () => {
    const { it } = await node();
    it.chain("KMD").isLoading = true;
    await it.chain("LTC").stop();
    it.startAgent();
    const complaints = [
      "KMD: loading (Loading block index...)",
      `LTC: waiting-for-chain (the proxy beside this agent does not lead to the daemon of LTC: connection refused)`,
    ];
    await until(async () => (await it.get("/healthz")).text === `${complaints.join("\n")}\n`);
    expect(await it.states()).toMatchObject({ BEER: "ready" });
    it.chain("KMD").isLoading = false;
    await it.chain("LTC").start();
    await until(() => it.isHealthy(), 5000);
    await it.chain("LTC").stop();
    await until(async () => (await it.status()).coins["LTC"]?.chainHeight === null);
    expect((await it.status()).coins["LTC"]).not.toHaveProperty("iguanaHeight");
    await it.chain("LTC").start();
  });

  test("gives no key to a daemon of somebody else, and says what is wrong with a chain", async () => {
    const { it } = await node([{ symbol: "KMD", importsKey: false }, { symbol: "LTC" }]);
    it.chain("LTC").hasPrefixes = false;
    it.startAgent();
    await until(async () => Object.values(await it.states()).join() === "error,error");
    const { coins } = await it.status();
    expect(coins["KMD"]?.detail).toContain("does not have the key of RKMD; import it there");
    expect(coins["LTC"]?.detail).toBe(
      "RLTC is not an address of this chain; are its prefixes right in assetchains.yaml?",
    );
    expect(it.output).toContain("LTC: ERROR: RLTC is not an address of this chain");
    for (const chain of it.chains.values()) expect(chain.count("importprivkey")).toBe(0);
  });

  test("notes a rescan as a notary's does", async () => {
    const { it } = await node([{ symbol: "KMD" }]);
    it.chain("KMD").height = 4_000_000;
    it.startAgent();
    await until(() => it.isHealthy());
    expect((await it.status()).coins["KMD"]?.detail).toContain("was not rescanned for");
    expect(await it.command("rescanned", "KMD")).toMatchObject({ code: 0 });
    await until(async () => (await it.status()).coins["KMD"]?.detail === undefined);
  });
});

test("a plan has all of Iguana or nothing of it, and a notary's secrets have its passphrase", async () => {
  const { it, plan } = await node();
  const file = join(it.directory, "agent/plan.json");
  writeFileSync(file, JSON.stringify({ ...plan, iguana: {} }));
  const { code, output } = await it.command("status");
  expect(code).toBe(78);
  for (const problem of [
    "iguana.rpcPort must be a port, 1 to 65535",
    "iguana.ipAddress must be an IPv4 address",
    "iguana.notaries must be a list",
    "iguana.toldFile must be an absolute path",
    "coins[0].addcoin must be Iguana's addcoin request",
    "coins[0].utxoSize must be a whole number above 0",
  ])
    expect(output).toContain(problem);
  if (it.plan !== undefined) it.write(it.plan, secretsOf(COINS));
  expect(await it.command()).toMatchObject({
    code: 78,
    output: `agent: ${it.directory}/agent/secrets.json: passphrase must be text\n`,
  });
});
