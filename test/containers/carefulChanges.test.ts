import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { prepareImages } from "../../dev/images/images";
import { type Outcome, outcomeText, SteadyCalls } from "../../dev/scenes/calls";
import { Deaths } from "../../dev/scenes/Deaths";
import { docker, restarted, startTimes } from "../../dev/scenes/docker";
import { untilWhole } from "../../dev/scenes/notary";
import { TestStack } from "../../dev/scenes/TestStack";
import { prepareDocker } from "../../dev/toolchain/dockerEngine";

const NOTARY = "steady";
/** Calls per second of each chain. */
const RATE = 20;
/** `npm run soak:changes` has ten chains. */
const IS_SOAK = process.env["DOKOMODO_TEN_CHAINS"] !== undefined;
const FURTHER = IS_SOAK ? ["REVS", "SUPERNET", "DEX", "PANGEA", "JUMBLR", "BET"] : [];
const ASSETCHAINS = ["BEER", "PIZZA", ...FURTHER];
const CALLED = IS_SOAK ? ["KMD", "LTC", ...ASSETCHAINS] : ["KMD", "BEER"];

/** Tags of this test's own. The second one is an image without the daemon. */
const UPGRADED = "dkx-steady/komodod:2";
const BROKEN = "dkx-steady/komodod:3";

describe("a notary that is changed while Iguana calls its chains", () => {
  let stack: TestStack;
  const times = () => startTimes(NOTARY);
  const whole = (seconds: number) => untilWhole(NOTARY, seconds, 4 + FURTHER.length);
  const daemons = ["KMD", "LTC", ...ASSETCHAINS].map((symbol) => `${NOTARY}-${symbol.toLowerCase()}`);

  beforeAll(async () => {
    await prepareDocker();
    await prepareImages();
    stack = await TestStack.create(NOTARY, "phrase of a steady one", "127.0.0.16");
    stack.changeNotary((notary) => {
      notary.chains.push(...FURTHER);
    });
    await stack.up();
    await whole(120);
  });
  afterAll(async () => {
    await stack?.remove();
    for (const tag of [UPGRADED, BROKEN]) await docker("image", "rm", tag).catch(() => {});
  });

  test("upgrades a daemon by one command, an assetchain first, and no call is lost", async () => {
    await docker("tag", "dokomodo-testbed/komodod-regtest:dev", UPGRADED);
    const before = await times();
    const deaths = await Deaths.watch(NOTARY);
    const calls = await SteadyCalls.start(NOTARY, CALLED, RATE);
    const said = await stack.dokomodo("upgrade", "komodod", "--image", UPGRADED, "--watch", "5", "--yes");
    expect(said).toMatch(new RegExp(`${NOTARY}-beer was replaced\\. The next .* has taken calls for 5 s`));
    const workloads = ["beer", "kmd", "pizza", ...FURTHER.map((symbol) => symbol.toLowerCase())].sort();
    expect(said).toContain(
      `komodod: ${workloads.length} workloads run in the new image, and all take calls.`,
    );
    expect(restarted(before, await times())).toEqual(workloads.flatMap(wholeOf).sort());
    expect(Object(stack.config["dokomodo:daemons"]).komodod.image).toBe(UPGRADED);
    expect(stack.config["dokomodo:rollOut"]).toEqual({ canarySeconds: 0 });
    await deaths.end();
    expect(deaths.mostAtOnce(daemons)).toBe(1);
    await expectNoneLost("upgrade", calls);
    await whole(60);
  });

  test("stops an upgrade to an image that does not work at its canary, and goes back by one command", async () => {
    await docker("tag", "dokomodo-testbed/node:dev", BROKEN);
    const before = await times();
    const beer = `${NOTARY}-beer`;
    const upgrade = stack.dokomodo("upgrade", "komodod", "--image", BROKEN, "--yes");
    await expect(upgrade).rejects.toThrow(
      /goes on with those that it left\. Pulumi\.test\.yaml is changed already\. `dokomodo rollback komodod --stack test` goes back/,
    );
    expect(restarted(before, await times())).toEqual(wholeOf("beer"));
    expect(await docker("inspect", "--format", "{{.Config.Image}}", beer)).toBe(BROKEN);
    await expect(stack.dokomodo("upgrade", "komodod", "--image", BROKEN, "--yes")).rejects.toThrow(
      /steady-beer \(host local\) .*dkx-steady\/komodod:3[\s\S]*Nothing was changed, because the next workload/,
    );
    const said = await stack.dokomodo("rollback", "--yes");
    expect(said).toContain(`${beer} (host local): ${BROKEN} -> ${UPGRADED}`);
    expect(restarted(before, await times())).toEqual(wholeOf("beer"));
    await whole(60);
    await stack.must("preview", "--expect-no-changes", "--stack", "test");
  });

  test("replaces the authority of its links step by step, and no daemon, and no call is lost", async () => {
    const before = await times();
    const secrets = await stack.secrets();
    const calls = await SteadyCalls.start(NOTARY, CALLED, RATE);
    await stack.dokomodo("rotate", "authority", "--at-once", "4", "--yes");
    // On a busy machine Iguana loses its lease while both proxies between it and its witness are replaced. It comes back.
    const isLink = (name: string) => /-(proxy|agent|iguana)$/.test(name);
    expect(restarted(before, await times()).filter((name) => !isLink(name))).toEqual([]);
    const after = await stack.secrets();
    const changed = Object.keys(secrets).filter((urn) => after[urn] !== secrets[urn]);
    expect(changed.filter((urn) => !/-authority|-certificate$/.test(urn))).toEqual([]);
    expect(Object.keys(after).filter((urn) => /-authority/.test(urn))).toEqual([
      expect.stringMatching(/::steady-authority-\d-key$/),
      expect.stringMatching(/::steady-authority-\d$/),
    ]);
    await expectNoneLost("rotate authority", calls);
    await whole(60);
    expect(await stack.dokomodo("iguana", "SuperNET/help")).toContain("SuperNET");
    await stack.must("preview", "--expect-no-changes", "--stack", "test");
  });

  test("replaces all passwords by one command, one daemon after the other, and no call is refused", async () => {
    const passwords = await stack.passwords();
    const deaths = await Deaths.watch(NOTARY);
    const calls = await SteadyCalls.start(NOTARY, CALLED, RATE);
    // Until it is replaced, Iguana has the old logins. Afterwards it has the new ones.
    const follow = setInterval(() => calls.takeLogins().catch(() => undefined), 1000);
    await stack.dokomodo("rotate", "all", "--yes");
    clearInterval(follow);
    // The former passwords stay, because callers may use them for a while.
    const after = await stack.passwords();
    expect(after).toMatchObject(passwords);
    expect(new Set(Object.values(after)).size).toBe(2 * Object.keys(passwords).length);
    await deaths.end();
    expect(deaths.mostAtOnce(daemons)).toBe(1);
    const { refused } = await expectNoneLost("rotate all", calls);
    expect(refused).toBe(0);
    await whole(60);
  });

  test("forgets the former passwords when they are taken out of the config, and replaces proxies for it", async () => {
    const former = await stack.passwords();
    const before = await times();
    stack.changeNotary((notary) => {
      delete notary["rotatedFrom"];
    });
    await stack.up();
    expect(restarted(before, await times())).toEqual(daemons.map((daemon) => `${daemon}-proxy`).sort());
    const present = Object.entries(await stack.passwords());
    expect(present).toHaveLength(Object.keys(former).length / 2);
    expect(former).toMatchObject(Object.fromEntries(present));
    await whole(60);
  });

  async function expectNoneLost(what: string, calls: SteadyCalls): Promise<Outcome> {
    const outcome = await calls.end();
    console.log(`${what}, ${CALLED.length} chains: ${outcomeText(outcome)}`);
    if (outcome.drops.length > 0) console.log(`${what}: ${outcome.drops.join("; ")}`);
    expect(outcome.failed).toEqual([]);
    // The calls went on all the time. Even a busy machine misses few ticks of their timer: 4 % are the most that was seen.
    expect(outcome.total).toBeGreaterThan(0.8 * outcome.seconds * RATE * CALLED.length);
    return outcome;
  }

  /** The containers of a workload. Its pause has the image of its daemon, and the proxy the network of the pause. */
  function wholeOf(role: string): string[] {
    return [role, `${role}-pause`, `${role}-proxy`].map((each) => `${NOTARY}-${each}`);
  }
});
