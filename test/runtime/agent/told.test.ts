import { rmSync } from "node:fs";
import { afterEach, expect, test } from "vitest";
import type { IguanaPlan, NotaryCoin, NotaryPlan } from "../../../runtime/agent/plan";
import { toldDigest } from "../../../runtime/agent/told";
import { until } from "../processes";
import { credentials, NotaryUnderTest } from "./notaryUnderTest";

let notary: NotaryUnderTest | undefined;
afterEach(async () => {
  await notary?.end();
  notary = undefined;
});

const COINS = [{ symbol: "KMD", dest: "LTC" }, { symbol: "LTC" }] as const;
const SECRETS = {
  passphrase: "canary phrase",
  coins: Object.fromEntries(COINS.map(({ symbol }) => [symbol, credentials(symbol)])),
};

type Change = (plan: NotaryPlan) => NotaryPlan;
const withIguana =
  (change: (iguana: IguanaPlan) => Partial<IguanaPlan>): Change =>
  (plan) => ({ ...plan, iguana: { ...plan.iguana, ...change(plan.iguana) } });
const withCoin =
  (symbol: string, change: Partial<NotaryCoin>): Change =>
  (plan) => ({
    ...plan,
    coins: plan.coins.map((coin) => (coin.symbol === symbol ? { ...coin, ...change } : coin)),
  });
const withoutDpow: Change = (plan) => ({ ...plan, coins: plan.coins.map(({ dpow: _, ...coin }) => coin) });

const CHANGES: [string, Change][] = [
  ["another address", withIguana(() => ({ ipAddress: "198.51.100.99" }))],
  ["a peer that was removed", withIguana(({ notaries }) => ({ notaries: notaries.slice(0, 1) }))],
  ["another destination", withCoin("KMD", { dpow: { dest: "BTC", freq: 5 } })],
  ["another frequency", withCoin("KMD", { dpow: { dest: "LTC", freq: 9 } })],
  ["a coin that is not notarised any more", withoutDpow],
  ["another addcoin", withCoin("LTC", { addcoin: { conf: "other.conf" } })],
  ["a coin that was removed", (plan) => ({ ...plan, coins: plan.coins.slice(1) })],
  ["another key", (plan) => ({ ...plan, publicKey: `03${"ef".repeat(32)}` })],
];

async function prepared(): Promise<{ it: NotaryUnderTest; plan: NotaryPlan }> {
  const it = await NotaryUnderTest.prepare(COINS);
  notary = it;
  if (it.plan === undefined) throw new Error("no plan");
  return { it, plan: it.plan };
}

test.each(CHANGES)("%s makes another Iguana", async (_name, change) => {
  const { plan } = await prepared();
  expect(toldDigest(change(plan), SECRETS)).not.toBe(toldDigest(plan, SECRETS));
});

test("another password makes another Iguana; what it is not told, and the order, makes none", async () => {
  const { plan } = await prepared();
  const other = { ...credentials("LTC"), rpcPassword: "another" };
  const digest = toldDigest(plan, SECRETS);
  expect(toldDigest(plan, { coins: { ...SECRETS.coins, LTC: other } })).not.toBe(digest);
  const reversed = withIguana(({ notaries }) => ({ notaries: [...notaries].reverse() }))(plan);
  const ordered = { ...reversed, coins: [...plan.coins].reverse() };
  expect(toldDigest({ ...ordered, pollSeconds: 9 }, SECRETS)).toBe(digest);
});

test.each([
  ["was brought up", "another destination", true],
  ["was brought up", "another address", true],
  ["is blank", "another destination", false],
])(
  "an Iguana that %s and was made before %s is told nothing, and nothing is said of it",
  async (_what, name, isUp) => {
    const { it, plan } = await prepared();
    if (isUp) {
      it.startAgent();
      await until(() => it.isHealthy());
      await it.stopAgent();
    }
    const changed = CHANGES.find(([other]) => other === name)?.[1](plan) ?? plan;
    it.output = "";
    it.iguana.requests.length = 0;
    it.write(changed, SECRETS);
    it.startAgent();
    await until(async () => (await it.status()).iguana.state === "outdated");
    await until(async () => (await it.states())["KMD"] === "waiting-for-iguana");
    expect((await it.status()).iguana.detail).toContain("it was made for another plan than this agent's");
    expect((await it.get("/healthz")).text).toContain("Iguana: outdated (it was made for another plan");
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(it.iguana.commands).toEqual([]);
    expect(it.output).not.toMatch(/already|ready at height/);

    // As when its container is replaced.
    if (name === "another destination") return;
    it.makeIguanaFor(changed, SECRETS);
    await it.iguana.restart(300);
    await until(() => it.isHealthy());
    expect(it.iguana.commands).toContain("myipaddr 198.51.100.99");
  },
);

test("one of an earlier release, which has no such file, is told nothing either", async () => {
  const { it, plan } = await prepared();
  rmSync(plan.iguana.toldFile);
  it.startAgent();
  await until(async () => (await it.status()).iguana.state === "outdated");
  expect(it.iguana.commands).toEqual([]);
});
