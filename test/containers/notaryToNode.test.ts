import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { prepareImages } from "../../dev/images/images";
import { restarted, startTimes } from "../../dev/scenes/docker";
import { untilWhole } from "../../dev/scenes/notary";
import { type StackConfig, TestStack } from "../../dev/scenes/TestStack";
import { prepareDocker } from "../../dev/toolchain/dockerEngine";

const NAME = "turn";

describe("a notary that becomes a node without Iguana, and a notary again", () => {
  let stack: TestStack;
  let asNotary: StackConfig;
  let secrets: Record<string, string>;
  /** Without the types of their parents, which change. */
  const kept = (all: Record<string, string>) =>
    Object.fromEntries(
      Object.entries(all)
        .map(([urn, value]): [string, string] => [urn.split(/\$|::/).slice(-2).join(" "), value])
        .filter(([name]) => !/iguana|witness|operator/.test(name)),
    );

  beforeAll(async () => {
    await prepareDocker();
    await prepareImages();
    stack = await TestStack.create(NAME, "a phrase of turn", "127.0.0.14");
    stack.changeNotary((notary) => {
      notary.chains = ["KMD", "LTC"];
      notary["dest"] = {};
    });
    // Volumes of a real stack are protected, and so the plan fails if it would delete one.
    asNotary = stack.config;
    await stack.up();
    await untilWhole(NAME, 120, 2);
    secrets = kept(await stack.secrets());
  });
  afterAll(() => stack?.remove());

  test("keeps volumes, passwords and certificates, and its daemons run on", async () => {
    const before = await startTimes(NAME);
    const { "dokomodo:notaries": _, "dokomodo:iguana": _iguana, ...rest } = asNotary;
    stack.replaceConfig({
      ...rest,
      "dokomodo:nodes": [{ name: NAME, host: "local", chains: ["KMD", "LTC"] }],
    });
    const plan = await stack.must("preview", "--diff", "--stack", "test");
    expect(plan).not.toMatch(/^ *- +docker:index\/volume/m);
    await stack.up();
    const after = await startTimes(NAME);
    expect(restarted(before, after)).toEqual([]);
    expect(Object.keys(after).filter((name) => /iguana|witness/.test(name))).toEqual([]);
    expect(kept(await stack.secrets())).toEqual(secrets);
    await stack.must("preview", "--expect-no-changes", "--stack", "test");
  });

  test("and gets its Iguana back in the same way", async () => {
    const before = await startTimes(NAME);
    stack.replaceConfig(asNotary);
    await stack.up();
    await untilWhole(NAME, 120, 2);
    const own = restarted(before, await startTimes(NAME)).filter(
      (name) => !/iguana|witness|gateway/.test(name),
    );
    expect(own).toEqual([]);
    expect(kept(await stack.secrets())).toEqual(secrets);
  });
});
