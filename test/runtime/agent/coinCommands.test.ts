import { afterEach, describe, expect, test } from "vitest";
import type { CoinsAnswer } from "../../../readings/coinsAnswer";
import { until } from "../processes";
import { ADDRESS_SCRIPT } from "../standIns/CoinLedger";
import { type CoinUnderTest, credentials, NOTARY_UTXO, NotaryUnderTest, UTXO_SIZE } from "./notaryUnderTest";

let notary: NotaryUnderTest | undefined;
afterEach(async () => {
  await notary?.end();
  notary = undefined;
});

const { script: OWN } = NOTARY_UTXO;
const coin = (value: number) => ({ value, script: ADDRESS_SCRIPT });

/** A notary whose agent has brought the key into the wallets. */
async function prepared(coins: readonly CoinUnderTest[]): Promise<NotaryUnderTest> {
  const it = await NotaryUnderTest.prepare(coins);
  notary = it;
  it.startAgent();
  await until(() => it.isHealthy(), 20_000);
  return it;
}

async function answered(it: NotaryUnderTest, ...args: readonly string[]): Promise<CoinsAnswer> {
  const { code, output } = await it.command(...args);
  expect({ code, output }).toMatchObject({ code: 0 });
  return JSON.parse(output);
}

describe.each(["old", "new"] as const)("a daemon of the %s kind", (dialect) => {
  test("split shows what it would make, makes it when told to, and never more than asked for", async () => {
    const it = await prepared([{ symbol: "KMD", dialect }]);
    const { coins } = it.chain("KMD");
    coins.receive([coin(1e8), NOTARY_UTXO, NOTARY_UTXO]);
    coins.lock(OWN);
    const dry = await answered(it, "split", "KMD", "--to", "10");
    expect(dry.text).toEqual([
      "KMD has 2 notary UTXOs (1 locked, 0 in no block yet).",
      "It would split 1 coin of 1 into 8 of 0.0001, change 0.99918812, fee 0.00001188.",
    ]);
    expect(dry.transactions).toEqual([{ inputs: 1, value: 1, outputs: 9, fee: 0.00001188 }]);
    expect(coins.sent).toEqual([]);
    const made = await answered(it, "split", "KMD", "--to", "10", "--make");
    expect(made.transactions[0]?.txid).toMatch(/^[0-9a-f]{64}$/);
    expect(coins.with(OWN)).toHaveLength(10);
    expect(coins.with(ADDRESS_SCRIPT).map(({ value }) => value)).toEqual([99_918_812]);

    const second = await answered(it, "split", "KMD", "--to", "20", "--make");
    expect(second.text[1]).toBe("A split waits until they are in a block.");
    coins.confirm();
    const enough = await answered(it, "split", "KMD", "--to", "10", "--make");
    expect(enough.text[1]).toBe("It needs no more for 10.");
    expect(coins.sent).toHaveLength(1);
  });

  test("consolidate makes one coin of all that are no notary UTXOs", async () => {
    const it = await prepared([{ symbol: "KMD", dialect }]);
    const { coins } = it.chain("KMD");
    coins.receive([coin(3e8), coin(20_000), NOTARY_UTXO, coin(10_000)]);
    coins.receive([coin(7e8)], 0);
    const fee = 1076;
    const dry = await answered(it, "consolidate", "KMD");
    expect(dry.text).toEqual([
      "KMD has 3 coins of 3.0003 to merge and 1 notary UTXOs, which are kept.",
      "It would merge 3 coins of 3.0003 into 1 of 3.00028924, fee 0.00001076.",
    ]);
    expect(coins.sent).toEqual([]);
    await answered(it, "consolidate", "KMD", "--make");
    expect(coins.with(OWN)).toHaveLength(1);
    expect(coins.with(ADDRESS_SCRIPT).map(({ value }) => value)).toEqual([7e8, 300_030_000 - fee]);
    const nothing = await answered(it, "consolidate", "KMD", "--make");
    expect(nothing).toMatchObject({ transactions: [] });
  });
});

describe("split", () => {
  test("says what is missing, and makes nothing", async () => {
    const it = await prepared([{ symbol: "KMD" }]);
    const { text, transactions } = await answered(it, "split", "KMD", "--to", "10", "--make");
    expect(text[1]).toMatch(/^There are too few other coins for 10: send 0\.0010\d+ or more to RKMD\.$/);
    expect(transactions).toEqual([]);
  });

  test("says that it takes several transactions to make very many", async () => {
    const it = await prepared([{ symbol: "KMD" }]);
    it.chain("KMD").coins.receive([coin(1e8)]);
    const { text } = await answered(it, "split", "KMD", "--to", "600");
    expect(text[2]).toBe("That makes 251 of 600. Do it again when it is in a block.");
  });

  test("is refused where the agent is about to do it itself", async () => {
    const it = await prepared([{ symbol: "KMD", utxos: { low: 10, high: 50 } }]);
    expect(await it.command("split", "KMD", "--to", "20", "--make")).toEqual({
      code: 1,
      output:
        "agent: KMD has 0 notary UTXOs, and below 10 this agent makes them itself, up to 50; its status says what keeps it from that\n",
    });
    const { coins } = it.chain("KMD");
    coins.receive([...Array(10).fill(NOTARY_UTXO), coin(1e8)]);
    // Without a number it is the high bound.
    await answered(it, "split", "KMD", "--make");
    expect(coins.with(OWN)).toHaveLength(50);
  });

  test("names what is wrong with its arguments", async () => {
    const it = await NotaryUnderTest.prepare([{ symbol: "KMD" }]);
    notary = it;
    for (const [args, message] of [
      [["split", "KMD", "--to", "many"], "--to takes a number"],
      [["split", "KMD", "--too"], "Unknown option '--too'"],
      [["split", "XYZ", "--to", "5"], "split takes a coin: KMD"],
    ] as const) {
      const { code, output } = await it.command(...args);
      expect(code).toBe(64);
      expect(output).toContain(`agent: ${message}`);
      expect(output).not.toMatch(/^ {4}at /m);
    }
  });

  test("asks for a number where there are no bounds", async () => {
    const it = await prepared([{ symbol: "KMD" }]);
    const { code, output } = await it.command("split", "KMD");
    expect(code).toBe(1);
    expect(output).toContain("agent: say how many notary UTXOs KMD is to have (--to)");
  });
});

describe("consolidate --all", () => {
  test("merges notary UTXOs as well, but none that is locked", async () => {
    const it = await prepared([{ symbol: "KMD" }]);
    const { coins } = it.chain("KMD");
    coins.receive([coin(1e8), NOTARY_UTXO, NOTARY_UTXO, NOTARY_UTXO]);
    coins.lock(OWN);
    await answered(it, "consolidate", "KMD", "--all", "--make");
    expect(coins.with(OWN)).toHaveLength(1);
    expect(coins.with(ADDRESS_SCRIPT).map(({ value }) => value)).toEqual([1e8 + 2 * UTXO_SIZE - 1076]);
  });

  test.each(["BEER", "KMD"])("is refused where Iguana spends them: %s", async (symbol) => {
    const it = await prepared([{ symbol: "BEER", dest: "KMD" }, { symbol: "KMD" }]);
    it.chain(symbol).coins.receive([NOTARY_UTXO, NOTARY_UTXO]);
    const { code, output } = await it.command("consolidate", symbol, "--all", "--make");
    expect(code).toBe(1);
    expect(output).toContain(
      `Iguana spends the notary UTXOs of ${symbol}, because it notarises BEER. To merge them,`,
    );
    expect(it.chain(symbol).coins.sent).toEqual([]);
  });

  test("is refused where the agent would make them again", async () => {
    const it = await prepared([{ symbol: "KMD", utxos: { low: 1, high: 2 } }]);
    const { code, output } = await it.command("consolidate", "KMD", "--all");
    expect({ code, output }).toMatchObject({ code: 1 });
    expect(output).toContain("would make the notary UTXOs of KMD again; write `utxos: { KMD: none }`");
  });
});

test("a node without Iguana has coins to merge, and no notary UTXOs to make", async () => {
  const it = await NotaryUnderTest.prepare([{ symbol: "KMD" }]);
  notary = it;
  if (it.plan === undefined) throw new Error("no plan");
  const { iguana: _, coins, ...common } = it.plan;
  it.write(
    { ...common, coins: coins.map(({ symbol, rpcPort, address }) => ({ symbol, rpcPort, address })) },
    { coins: { KMD: credentials("KMD") } },
  );
  it.startAgent();
  await until(() => it.isHealthy(), 20_000);
  it.chain("KMD").coins.receive([coin(1e8), NOTARY_UTXO]);
  const { transactions } = await answered(it, "consolidate", "KMD", "--make");
  expect(transactions).toMatchObject([{ inputs: 2, outputs: 1 }]);
  expect(await it.command("split", "KMD", "--to", "5")).toEqual({
    code: 1,
    output: "agent: this node has no Iguana, so nobody needs notary UTXOs on KMD\n",
  });
});
