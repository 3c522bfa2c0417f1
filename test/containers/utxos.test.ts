import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { prepareImages } from "../../dev/images/images";
import { docker, dockerLogs, restarted, startTimes } from "../../dev/scenes/docker";
import { untilNotarised } from "../../dev/scenes/notarisations";
import { callDaemon, type DAEMONS, statusOf, untilWhole, untilWholeAgain } from "../../dev/scenes/notary";
import { TestStack } from "../../dev/scenes/TestStack";
import type { AgentStatus } from "../../dev/status";
import { prepareDocker } from "../../dev/toolchain/dockerEngine";

const NOTARY = "daily";
type Chain = keyof typeof DAEMONS;
/** The agent looks at notary UTXOs four times a minute. */
const PATIENCE = { timeout: 150_000, interval: 1000 };
const LOW = 10;
const HIGH = 50;
/** The coins of mined blocks can be spent after so many more. */
const MATURITY = 100;

interface Unspent {
  readonly txid: string;
  readonly vout: number;
  readonly amount: number;
  readonly scriptPubKey: string;
}

describe("the outputs that Iguana spends", () => {
  let stack: TestStack;
  let publicKey: string;
  const addresses: Partial<Record<Chain, string>> = {};
  const address = (symbol: Chain) => addresses[symbol] ?? "";
  const mine = (symbol: Chain, blocks = 1) =>
    callDaemon(NOTARY, symbol, "generatetoaddress", [blocks, address(symbol)]);

  async function utxos(symbol: Chain): Promise<AgentStatus["coins"][string]["utxos"]> {
    return (await statusOf(NOTARY))?.coins[symbol]?.utxos;
  }

  async function notaryUtxos(symbol: Chain): Promise<readonly Unspent[]> {
    const all = await callDaemon(NOTARY, symbol, "listunspent", [0, 9_999_999, [address(symbol)]]);
    return (Array.isArray(all) ? all : []).filter(
      ({ amount, scriptPubKey }: Unspent) => amount === 0.0001 && scriptPubKey === `21${publicKey}ac`,
    );
  }

  async function locked(symbol: Chain): Promise<readonly unknown[]> {
    const answer = await callDaemon(NOTARY, symbol, "listlockunspent");
    return Array.isArray(answer) ? answer : [];
  }

  /** Spends all but so many notary UTXOs, as rounds do. */
  async function spendDownTo(symbol: Chain, left: number): Promise<void> {
    const spent = (await notaryUtxos(symbol)).slice(left).map(({ txid, vout }) => ({ txid, vout }));
    const value = Math.round(spent.length * 9000) / 1e8;
    const raw = await callDaemon(NOTARY, symbol, "createrawtransaction", [
      spent,
      { [address(symbol)]: value },
    ]);
    const signed = Object(await callDaemon(NOTARY, symbol, "signrawtransactionwithwallet", [raw]));
    await callDaemon(NOTARY, symbol, "sendrawtransaction", [signed.hex]);
  }

  beforeAll(async () => {
    await prepareDocker();
    await prepareImages();
    stack = await TestStack.create(NOTARY, "canary phrase of every day", "127.0.0.12");
    stack.changeNotary((config) => {
      const bounds = { low: LOW, high: HIGH, dryRun: true };
      config["utxos"] = { KMD: bounds, LTC: bounds };
    });
    await stack.up();
    await untilWhole(NOTARY, 120);
    publicKey = await stack.publicKey();
    for (const symbol of ["KMD", "LTC", "BEER"] as const) {
      addresses[symbol] = await stack.address(symbol);
      await mine(symbol, 1 + MATURITY);
    }
  });
  afterAll(() => stack?.remove());

  // Tests that run at the same time need an `expect` of their own.
  test.concurrent.for(["KMD", "LTC"] as const)(
    "are only planned on %s in a dry run",
    async (symbol, { expect }) => {
      await expect
        .poll(async () => (await utxos(symbol))?.next, PATIENCE)
        .toMatch(/^dry run: would split 1 coin of [\d.]+ into 50 of 0\.0001, change [\d.]+, fee 0\.0000\d+$/);
      expect(await notaryUtxos(symbol)).toEqual([]);
    },
  );

  test("are made once the bounds count, which replaces the agent alone", async () => {
    const before = await startTimes(NOTARY);
    stack.changeNotary((config) => {
      config["utxos"] = { all: { low: LOW, high: HIGH } };
    });
    await stack.up();
    expect(restarted(before, await startTimes(NOTARY))).toEqual([`${NOTARY}-iguana-agent`]);
    for (const symbol of ["KMD", "LTC", "BEER"] as const) {
      await expect.poll(async () => (await utxos(symbol))?.count, PATIENCE).toBe(HIGH);
      expect(await notaryUtxos(symbol)).toHaveLength(HIGH);
    }
  });

  test.concurrent.for(["KMD", "LTC"] as const)(
    "are filled up again on %s, never above the high bound",
    async (symbol, { expect }) => {
      await mine(symbol);
      await spendDownTo(symbol, LOW - 1);
      await mine(symbol);
      let most = 0;
      const count = async () => {
        const { length } = await notaryUtxos(symbol);
        most = Math.max(most, length + (await locked(symbol)).length);
        return length;
      };
      await expect.poll(count, PATIENCE).toBe(HIGH);
      await mine(symbol);
      await expect.poll(async () => (await utxos(symbol))?.unconfirmed, PATIENCE).toBe(0);
      await count();
      expect(most).toBe(HIGH);
    },
  );

  test("are named as missing where there are no coins", async () => {
    await expect
      .poll(async () => (await statusOf(NOTARY))?.warnings?.join("\n"), PATIENCE)
      .toMatch(/^PIZZA: it has 0 of at least 10 notary UTXOs, .*: send 0\.0010\d+ or more to \w+$/m);
  });

  test("are spent by notarisations that are on the destination's chain, of BEER on KMD and of KMD on LTC", async () => {
    const notarised = await untilNotarised(NOTARY, addresses);
    expect(notarised.map(({ symbol }) => symbol)).toEqual(["BEER", "KMD"]);
    console.log(`notarised: ${JSON.stringify(notarised)}`);
  });

  test("are not left locked by an Iguana that is killed, ten times under load", async () => {
    const count = async () => (await locked("KMD")).length;
    // The rounds of the test before unlock theirs when they end.
    await expect.poll(count, PATIENCE).toBe(0);
    for (let kill = 0; kill < 10; kill += 1) {
      // Rounds of BEER lock outputs of KMD. One more is locked here, so that there is one in any case.
      await callDaemon(NOTARY, "BEER", "generatetoaddress", [10, address("BEER")]);
      const [free] = await notaryUtxos("KMD");
      if (free === undefined) throw new Error("no notary UTXO is left to lock");
      await callDaemon(NOTARY, "KMD", "lockunspent", [false, [{ txid: free.txid, vout: free.vout }]]);
      // Without any time to end by itself, which is a kill.
      await docker("restart", "--time", "0", `${NOTARY}-iguana`);
      await untilWholeAgain(NOTARY, address("BEER"), 60);
      // What rounds of the new life lock, they unlock when they end.
      await expect.poll(count, PATIENCE).toBe(0);
    }
    const logs = await dockerLogs(`${NOTARY}-iguana-agent`);
    expect(logs.match(/KMD: \d+ outputs unlocked that an earlier Iguana had locked/g)?.length).toBe(10);
  });

  test("are kept when the small coins beside them are merged, and a dry run merges none", async () => {
    const unspent = async () => {
      const all = await callDaemon(NOTARY, "BEER", "listunspent", [1, 9_999_999, [address("BEER")]]);
      return Array.isArray(all) ? all.length : 0;
    };
    await mine("BEER", 3);
    const [before, kept] = [await unspent(), (await notaryUtxos("BEER")).length];
    expect(before - kept).toBeGreaterThan(1);
    expect(await stack.dokomodo("consolidate", "BEER")).toMatch(
      /It would merge \d+ coins of [\d.]+ into 1 of [\d.]+, fee 0\.0\d+\.\n.*dry run/,
    );
    expect(await unspent()).toBe(before);
    const made = JSON.parse(await stack.dokomodo("consolidate", "BEER", "--yes", "--json"));
    expect(made.transactions).toEqual([
      expect.objectContaining({
        inputs: before - kept,
        outputs: 1,
        txid: expect.stringMatching(/^[0-9a-f]{64}$/),
      }),
    ]);
    await mine("BEER");
    // One more has come of age with that block.
    expect(await unspent()).toBe(kept + 2);
    expect(await stack.dokomodo("split", "BEER", "--to", String(kept + 10))).toMatch(
      /It would split 1 coin of [\d.]+ into 10 of 0\.0001, change [\d.]+, fee 0\.0000\d+\./,
    );
    expect(await notaryUtxos("BEER")).toHaveLength(kept);
    const refused = await stack.ask(["consolidate", "BEER", "--all"]);
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain("Iguana spends the notary UTXOs of BEER");
    expect(await stack.dokomodo("balance", "BEER")).toContain(address("BEER"));
  });

  test("are there again after a chain has read all its blocks anew", async () => {
    const height = await callDaemon(NOTARY, "BEER", "getblockcount");
    const kept = (await notaryUtxos("BEER")).length;
    expect(await stack.dokomodo("reindex", "BEER", "--yes")).toContain("BEER: reads all its blocks again.");
    await expect
      .poll(() => callDaemon(NOTARY, "BEER", "getblockcount").catch(() => undefined), PATIENCE)
      .toBe(height);
    expect(await notaryUtxos("BEER")).toHaveLength(kept);
    const logs = await dockerLogs(`${NOTARY}-beer`);
    expect(logs.match(/entrypoint: The daemon gets -reindex at this start/g)).toHaveLength(1);
  });
});
