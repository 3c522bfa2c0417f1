import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { prepareImages } from "../../dev/images/images";
import { docker, dockerLogs, restarted, startTimes } from "../../dev/scenes/docker";
import { askIguana, callDaemon, statusOf, untilWhole } from "../../dev/scenes/notary";
import { TestStack } from "../../dev/scenes/TestStack";
import { prepareDocker } from "../../dev/toolchain/dockerEngine";

const FIRST = "dawn";
const SECOND = "dusk";
const PASSPHRASE = "one phrase for two notaries";
const CHAINS = ["KMD", "LTC"];
/** Seconds that docs/internals/lease.md states for a takeover: until the lease's end, and until the next try. */
const TAKEN_OVER = 40;

/** This happens when a host that was given up comes back. */
describe("two notaries with the same key", () => {
  let first: TestStack;
  let second: TestStack;

  beforeAll(async () => {
    await prepareDocker();
    await prepareImages();
    first = await create(FIRST, "127.0.0.7");
    second = await create(SECOND, "127.0.0.8");
    await first.up();
    await untilWhole(FIRST, 120, CHAINS.length);
    await second.up();
  });
  afterAll(async () => {
    await first?.remove();
    await second?.remove();
  });

  test("do not work at the same time: the second waits and names the first", async () => {
    await expect
      .poll(async () => (await statusOf(SECOND))?.lease, { timeout: 30_000 })
      .toMatchObject({
        state: "waiting",
        detail: expect.stringContaining(
          "another Iguana of this key runs: notary dawn of stack test on host local",
        ),
      });
    // The second Iguana was given no address, so it knows no notary and takes part in nothing.
    expect(await askIguana(SECOND, { agent: "dpow", method: "ipaddrs" })).toEqual([]);
    await untilWhole(FIRST, 10, CHAINS.length);
  });

  test("get a new Iguana, and nothing else, for a change that a running Iguana cannot take back", async () => {
    const before = await startTimes(FIRST);
    first.changeNotary((notary) => {
      notary["dest"] = { KMD: "none" };
    });
    await first.up();
    await untilWhole(FIRST, 60, CHAINS.length);
    expect(restarted(before, await startTimes(FIRST))).toEqual(["dawn-iguana", "dawn-iguana-agent"]);
    expect(await dockerLogs("dawn-iguana-agent")).not.toMatch(/notarised to/);
    const request = { agent: "iguana", method: "dpow", symbol: "KMD", pubkey: await first.publicKey() };
    expect(await askIguana(FIRST, request)).not.toMatchObject({ error: "cant dPoW same coin again" });
  });

  test("see coins that came before the key was in the wallet", async () => {
    const call = (method: string, params: readonly unknown[] = []) =>
      callDaemon(FIRST, "LTC", method, params);
    await docker("stop", "dawn-iguana-agent");
    await call("generatetoaddress", [1, await first.address("LTC")]);
    await call("unloadwallet", ["notary"]);
    await docker("exec", "dawn-ltc", "sh", "-c", "rm -r $HOME/.litecoin/regtest/wallets/notary");
    // Iguana may run without its agent for longer than this took.
    await docker("start", "dawn-iguana-agent");
    await untilWhole(FIRST, 30, CHAINS.length);
    expect(await call("getwalletinfo")).toMatchObject({ walletname: "notary", txcount: 1 });
    expect((await statusOf(FIRST))?.coins["LTC"]?.detail).toBeUndefined();
  });

  test("take turns: the second one takes over when the first one is gone for good", async () => {
    const gone = Date.now();
    await docker("rm", "--force", "dawn-restarter", "dawn-iguana-agent", "dawn-iguana", "dawn-iguana-proxy");
    await expect
      .poll(async () => (await statusOf(SECOND))?.lease?.state, { timeout: TAKEN_OVER * 1000 })
      .toBe("held");
    const seconds = (Date.now() - gone) / 1000;
    await untilWhole(SECOND, 60, CHAINS.length);
    console.log(`taken over ${seconds.toFixed(1)} s after the first was gone`);
  });

  test("do not work at the same time when the first one comes back", async () => {
    await first.must("up", "--yes", "--skip-preview", "--refresh", "--stack", "test");
    await expect.poll(async () => (await statusOf(FIRST))?.lease?.state, { timeout: 30_000 }).toBe("waiting");
    await untilWhole(SECOND, 10, CHAINS.length);
  });
});

async function create(name: string, listen: string): Promise<TestStack> {
  const stack = await TestStack.create(name, PASSPHRASE, listen);
  stack.changeNotary((notary) => {
    notary.chains = CHAINS;
    notary["dest"] = {};
  });
  return stack;
}
