import { afterEach, describe, expect, test } from "vitest";
import { toldDigest } from "../../../runtime/agent/told";
import { until } from "../processes";
import { ADDRESS_SCRIPT } from "../standIns/CoinLedger";
import { type CoinUnderTest, NOTARY_UTXO, NotaryUnderTest, UTXO_SIZE } from "./notaryUnderTest";

let notary: NotaryUnderTest | undefined;
afterEach(async () => {
  await notary?.end();
  notary = undefined;
});

const MAIN_COINS: readonly CoinUnderTest[] = [
  { symbol: "BEER", dest: "KMD" },
  { symbol: "KMD", dest: "LTC" },
  { symbol: "LTC", dialect: "new" },
];
const { script: OWN } = NOTARY_UTXO;

async function prepared(coins = MAIN_COINS): Promise<NotaryUnderTest> {
  const it = await NotaryUnderTest.prepare(coins);
  notary = it;
  return it;
}

function received(it: NotaryUnderTest, symbol: string, count: number): void {
  it.chain(symbol).coins.receive(Array(count).fill(NOTARY_UTXO));
}

describe("what an earlier Iguana locked", () => {
  test("is unlocked in each new life, so ten restarts under load leave as many locks as there were", async () => {
    const it = await prepared();
    received(it, "KMD", 30);
    // As Iguana does: each notarisation locks an output on KMD, and its end unlocks none.
    it.iguana.onCommand = (command) => {
      if (command.startsWith("dpow")) it.chain("KMD").coins.lock(OWN);
    };
    const rounds = () => it.iguana.commands.filter((command) => command.startsWith("dpow")).length;
    it.startAgent();
    await until(() => it.isHealthy());
    expect(it.chain("KMD").coins.locked).toBe(2);
    for (let restart = 0; restart < 10; restart += 1) {
      // With and without somebody seeing it away.
      await it.iguana.restart(restart % 2 === 0 ? 0 : 150);
      await until(() => rounds() === 2, 10_000);
      await until(() => it.isHealthy(), 10_000);
      expect(it.chain("KMD").coins.locked).toBe(2);
    }
    expect(it.output.match(/KMD: 2 outputs unlocked that an earlier Iguana had locked/g)).toHaveLength(10);
  });

  test("is unlocked before the coin is added, on the destination as well", async () => {
    const it = await prepared();
    const order: string[] = [];
    for (const symbol of ["KMD", "LTC"]) {
      received(it, symbol, 3);
      it.chain(symbol).coins.lock(OWN);
    }
    it.iguana.onCommand = (command) => {
      const locked = ["KMD", "LTC"].filter((symbol) => it.chain(symbol).coins.locked > 0);
      order.push(`${command}: ${locked.join(" ")}`);
    };
    it.startAgent();
    await until(() => it.isHealthy());
    for (const symbol of ["KMD", "LTC"]) {
      const [added] = order.filter((line) => line.startsWith(`addcoin ${symbol}: `));
      expect(added?.split(": ")[1]).not.toContain(symbol);
    }
    for (const command of ["dpow BEER", "dpow KMD"])
      expect(order.filter((line) => line.startsWith(command))).toEqual([`${command}: `]);
    expect(it.chain("BEER").count("listlockunspent")).toBe(1);
  });

  test("stays locked while Iguana lives on and only the agent restarts", async () => {
    const it = await prepared();
    received(it, "KMD", 3);
    it.startAgent();
    await until(() => it.isHealthy());
    await it.stopAgent();
    it.chain("KMD").coins.lock(OWN);
    const asked = it.chain("KMD").count("listlockunspent");
    it.startAgent();
    await until(() => it.isHealthy());
    expect(it.chain("KMD").coins.locked).toBe(1);
    expect(it.chain("KMD").count("listlockunspent")).toBe(asked);
  });

  test("is all that is unlocked: what somebody locked for another reason stays so", async () => {
    const it = await prepared();
    const { coins } = it.chain("KMD");
    const other = `21${"03".padEnd(66, "cd")}ac`;
    coins.receive([
      NOTARY_UTXO,
      { value: 1e8, script: ADDRESS_SCRIPT },
      { ...NOTARY_UTXO, script: other },
      { ...NOTARY_UTXO, value: 3e8 },
    ]);
    for (const script of [OWN, ADDRESS_SCRIPT, other, OWN]) coins.lock(script);
    it.startAgent();
    await until(() => it.isHealthy());
    expect(coins.with(OWN).map(({ value, isLocked }) => [value, isLocked])).toEqual([
      [UTXO_SIZE, false],
      [3e8, true],
    ]);
    expect(coins.locked).toBe(3);
  });

  test("costs a daemon that knows no such call one line", async () => {
    const it = await prepared();
    it.chain("KMD").coins.unknown.add("listlockunspent");
    it.startAgent();
    await until(() => it.isHealthy());
    expect((await it.status()).coins["KMD"]).toMatchObject({
      state: "ready",
      detail: "what an earlier Iguana had locked stays so (listlockunspent: Method not found (-32601))",
    });
  });
});

describe.each(["old", "new"] as const)("the notary UTXOs of a daemon of the %s kind", (dialect) => {
  const kept = (dryRun = false) =>
    prepared([{ symbol: "KMD", dialect, utxos: { low: 10, high: 50, dryRun } }]);
  const utxos = async (it: NotaryUnderTest) => (await it.status()).coins["KMD"]?.utxos;
  const block = (it: NotaryUnderTest) => {
    it.chain("KMD").height += 1;
    it.chain("KMD").coins.confirm();
  };

  test("are filled up from one coin, and again when they are spent", async () => {
    const it = await kept();
    const { coins } = it.chain("KMD");
    coins.receive([{ value: 1e8, script: ADDRESS_SCRIPT }]);
    it.startAgent();
    await until(() => coins.sent.length === 1);
    expect(coins.with(OWN)).toHaveLength(50);
    expect(coins.with(OWN).every(({ value }) => value === UTXO_SIZE)).toBe(true);
    const fee = 4884;
    expect(coins.with(ADDRESS_SCRIPT).map(({ value }) => value)).toEqual([1e8 - 50 * UTXO_SIZE - fee]);
    await until(async () => (await utxos(it))?.unconfirmed === 50);
    expect(await utxos(it)).toMatchObject({
      count: 50,
      locked: 0,
      next: "waits until the last split is in a block",
      lastSplit: expect.stringMatching(/^[0-9a-f]{64}$/),
    });

    block(it);
    await until(async () => (await utxos(it))?.unconfirmed === 0);
    expect(await utxos(it)).toMatchObject({ count: 50, next: "nothing" });

    coins.spend(OWN, 40);
    block(it);
    await until(async () => (await utxos(it))?.count === 10);
    coins.spend(OWN, 1);
    coins.lock(OWN);
    block(it);
    await until(() => coins.sent.length === 2);
    // One of the nine is locked, and counts.
    expect(coins.with(OWN)).toHaveLength(50);
    expect((await it.status()).warnings).toEqual([]);
  });

  test("are only planned in a dry run", async () => {
    const it = await kept(true);
    const { coins } = it.chain("KMD");
    coins.receive([{ value: 1e8, script: ADDRESS_SCRIPT }]);
    it.startAgent();
    const next = "dry run: would split 1 coin of 1 into 50 of 0.0001, change 0.99495116, fee 0.00004884";
    await until(async () => (await utxos(it))?.next === next);
    block(it);
    await until(() => it.chain("KMD").count("listunspent") === 2);
    expect(coins.sent).toEqual([]);
    expect(it.chain("KMD").count("createrawtransaction")).toBe(0);
    expect(it.output.split(next)).toHaveLength(2);
  });

  test("that cannot be made are a warning that says what is missing", async () => {
    const it = await kept();
    const { coins } = it.chain("KMD");
    coins.receive([NOTARY_UTXO, { ...NOTARY_UTXO, script: ADDRESS_SCRIPT }]);
    it.startAgent();
    const warning =
      "KMD: it has 1 of at least 10 notary UTXOs, and too few other coins to make more: send 0.00081504 or more to RKMD";
    await until(async () => (await it.status()).warnings.length === 1);
    expect((await it.status()).warnings).toEqual([warning]);
    expect((await it.states())["KMD"]).toBe("ready");
    expect(it.output).toContain(`WARNING: ${warning}`);
    expect(await it.isHealthy()).toBe(true);

    coins.receive([{ value: 81_504, script: ADDRESS_SCRIPT }]);
    block(it);
    await until(() => coins.sent.length === 1);
    expect(coins.with(OWN)).toHaveLength(10);
    await until(async () => (await it.status()).warnings.length === 0);
  });

  test("are tried again after a daemon refused, and the coin stays ready", async () => {
    const it = await kept();
    const { coins } = it.chain("KMD");
    coins.receive([{ value: 1e8, script: ADDRESS_SCRIPT }]);
    coins.unknown.add("sendrawtransaction");
    it.startAgent();
    const warning =
      "KMD: its notary UTXOs are not kept in number: sendrawtransaction: Method not found (-32601)";
    await until(async () => (await it.status()).warnings[0] === warning);
    expect((await it.states())["KMD"]).toBe("ready");
    coins.unknown.clear();
    await until(() => coins.sent.length === 1);
    await until(async () => (await it.status()).warnings.length === 0);
  });

  test("cost no fee that no daemon of a notary asks for", async () => {
    const it = await kept();
    const { coins } = it.chain("KMD");
    coins.relayFee = 0.01;
    coins.receive([{ value: 1e8, script: ADDRESS_SCRIPT }]);
    it.startAgent();
    const warning =
      "KMD: its notary UTXOs are not kept in number: its daemon asks for a relay fee of 0.01 for 1000 bytes, and more than 0.005 is not paid";
    await until(async () => (await it.status()).warnings[0] === warning);
    expect(coins.sent).toEqual([]);
  });
});

test("without bounds no coin is split, and nobody asks for coins", async () => {
  const it = await prepared();
  it.chain("KMD").coins.receive([{ value: 1e8, script: ADDRESS_SCRIPT }]);
  it.startAgent();
  await until(() => it.isHealthy());
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(it.chain("KMD").count("listunspent")).toBe(0);
  expect((await it.status()).coins["KMD"]?.utxos).toBeUndefined();
});

test("other bounds make no other Iguana", async () => {
  const { plan } = await prepared();
  if (plan === undefined) throw new Error("no plan");
  const secrets = { coins: {} };
  const coins = plan.coins.map((coin) => ({ ...coin, utxos: { low: 1, high: 2, dryRun: true } }));
  expect(toldDigest({ ...plan, coins }, secrets)).toBe(toldDigest(plan, secrets));
});
