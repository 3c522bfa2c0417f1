import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { prepareImages } from "../../dev/images/images";
import { dockerAt, startTimes } from "../../dev/scenes/docker";
import { untilNotarised } from "../../dev/scenes/notarisations";
import {
  callDaemon,
  height,
  iguanaHeight,
  SYMBOLS,
  statusOf,
  untilWhole,
  untilWholeAgain,
} from "../../dev/scenes/notary";
import { createSpanningStack, engineOf } from "../../dev/scenes/spanning";
import type { TestStack } from "../../dev/scenes/TestStack";
import { TestHosts } from "../../dev/standIns/hosts/TestHosts";
import { prepareDocker } from "../../dev/toolchain/dockerEngine";

const NOTARY = "seal";
/** The chains that are mined here. */
const MINED = ["KMD", "LTC", "BEER"] as const;
/** The coins of mined blocks can be spent after so many more. */
const MATURITY = 100;
const MINUTE = 60_000;
const PATIENCE = { timeout: 60_000, interval: 1000 };

describe("a notary that notarises across three hosts", () => {
  const placement: Record<string, string> = { KMD: "alpha", LTC: "beta", BEER: "beta", PIZZA: "gamma" };
  let hosts: TestHosts;
  let stack: TestStack;
  const addresses: Partial<Record<(typeof MINED)[number], string>> = {};
  const at = (container: string) => engineOf(NOTARY, hosts, () => placement)(container);
  const whole = (seconds: number) => untilWholeAgain(NOTARY, addresses.BEER, seconds, { at });
  /** Start times of the containers of all hosts. */
  const allStartTimes = () =>
    Promise.all(Object.values(hosts.hosts).map(({ socket }) => startTimes(NOTARY, socket)));

  beforeAll(async () => {
    await prepareDocker();
    await prepareImages();
    hosts = await TestHosts.start(["alpha", "beta", "gamma"], { pool: 6 });
    stack = await createSpanningStack(NOTARY, hosts, placement);
    stack.changeNotary((notary) => {
      notary["utxos"] = { all: { low: 10, high: 50 } };
    });
    await stack.up();
    await untilWhole(NOTARY, 120, SYMBOLS.length, 0, at);
    for (const symbol of MINED) {
      addresses[symbol] = await stack.address(symbol);
      await callDaemon(NOTARY, symbol, "generatetoaddress", [1 + MATURITY, addresses[symbol]], at);
    }
  });
  afterAll(async () => {
    await stack?.forget();
    await hosts?.stop();
  });

  test("has notary UTXOs on all of them", async () => {
    const counts = async () => {
      const { coins = {} } = (await statusOf(NOTARY, at)) ?? {};
      return MINED.map((symbol) => coins[symbol]?.utxos?.count);
    };
    await expect.poll(counts, PATIENCE).toEqual(MINED.map(() => 50));
  });

  test("notarises BEER on KMD, and KMD on LTC", async () => {
    await expectNotarisations();
  });

  test("notarises both after Iguana was restarted", async () => {
    await dockerAt(at(`${NOTARY}-iguana`), "restart", `${NOTARY}-iguana`);
    await whole(60);
    await expectNotarisations();
  });

  test("gives Iguana no wrong answer while a host is cut off for a minute, and then notarises both without a restart", async () => {
    const before = await allStartTimes();
    const known = Number(await height(NOTARY, "BEER", at));
    const seen = new Set<unknown>();
    const until = Date.now() + MINUTE;
    await hosts.cut("beta");
    const asking = (async () => {
      while (Date.now() < until) {
        seen.add(await iguanaHeight(NOTARY, "BEER", at));
        await sleep(1000);
      }
    })();
    // Iguana needs some time for a chain that it cannot reach. The link comes back before the last call ends.
    await sleep(until - Date.now());
    await hosts.mend("beta");
    await asking;
    // 2^30 is what Iguana answers for a chain that it does not reach.
    expect([...seen].filter((answer) => answer !== known && answer !== 2 ** 30)).toEqual([]);
    expect(seen.size).toBeGreaterThan(0);
    console.log(`whole ${(await whole(60)).toFixed(1)} s after the link came back`);
    expect(await allStartTimes()).toEqual(before);
    await expectNotarisations();
  });

  test("notarises both after a password was rotated", async () => {
    stack.changeNotary((notary) => {
      const another = String(Date.now());
      notary.rotation = { KMD: another, BEER: another };
    });
    await stack.up();
    await whole(90);
    await expectNotarisations();
  });

  async function expectNotarisations(): Promise<void> {
    const notarised = await untilNotarised(NOTARY, addresses, at);
    expect(notarised.map(({ symbol }) => symbol)).toEqual(["BEER", "KMD"]);
    console.log(`notarised: ${JSON.stringify(notarised)}`);
  }
});
