import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { prepareImages } from "../../dev/images/images";
import { dockerAt } from "../../dev/scenes/docker";
import { untilNotarised } from "../../dev/scenes/notarisations";
import { callDaemon, untilWhole, untilWholeAgain } from "../../dev/scenes/notary";
import { createSpanningStack, engineOf } from "../../dev/scenes/spanning";
import type { TestStack } from "../../dev/scenes/TestStack";
import { TestHosts } from "../../dev/standIns/hosts/TestHosts";
import { readStatus } from "../../dev/status";
import { prepareDocker } from "../../dev/toolchain/dockerEngine";

const NOTARY = "seal";
const SYMBOLS = ["KMD", "LTC", "BEER"] as const;
/** The coins of mined blocks can be spent after so many more. */
const MATURITY = 100;
const PATIENCE = { timeout: 60_000, interval: 1000 };

describe("a notary whose chains are on two hosts", () => {
  const placement: Record<string, string> = { KMD: "alpha", LTC: "beta", BEER: "beta" };
  let hosts: TestHosts;
  let stack: TestStack;
  const addresses: Partial<Record<(typeof SYMBOLS)[number], string>> = {};
  const at = (container: string) => engineOf(NOTARY, hosts, () => placement)(container);
  const whole = (seconds: number) =>
    untilWholeAgain(NOTARY, addresses.BEER, seconds, { chains: SYMBOLS.length, at });

  beforeAll(async () => {
    await prepareDocker();
    await prepareImages();
    hosts = await TestHosts.start(["alpha", "beta"], { pool: 6 });
    stack = await createSpanningStack(NOTARY, hosts, placement);
    stack.changeNotary((notary) => {
      notary["utxos"] = { all: { low: 10, high: 50 } };
    });
    await stack.up();
    await untilWhole(NOTARY, 120, SYMBOLS.length, 0, at);
    for (const symbol of SYMBOLS) {
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
      const { coins = {} } = (await readStatus(NOTARY, at(`${NOTARY}-iguana-agent`))) ?? {};
      return SYMBOLS.map((symbol) => coins[symbol]?.utxos?.count);
    };
    await expect.poll(counts, PATIENCE).toEqual(SYMBOLS.map(() => 50));
  });

  test.each<[string, () => Promise<unknown>]>([
    ["at first", async () => {}],
    [
      "after Iguana was restarted",
      async () => {
        await dockerAt(at(`${NOTARY}-iguana`), "restart", `${NOTARY}-iguana`);
        await whole(60);
      },
    ],
    [
      "after a host was cut off for a minute",
      async () => {
        await hosts.cut("beta");
        await sleep(60_000);
        await hosts.mend("beta");
        await whole(90);
      },
    ],
    [
      "after a password was rotated",
      async () => {
        stack.changeNotary((notary) => {
          notary.rotation = { KMD: "another", BEER: "another" };
        });
        await stack.up();
        await whole(90);
      },
    ],
  ])("notarises BEER on KMD, and KMD on LTC, %s", async (_, disturb) => {
    await disturb();
    const notarised = await untilNotarised(NOTARY, addresses, at);
    expect(notarised.map(({ symbol }) => symbol)).toEqual(["BEER", "KMD"]);
    console.log(`notarised: ${JSON.stringify(notarised)}`);
  });
});
