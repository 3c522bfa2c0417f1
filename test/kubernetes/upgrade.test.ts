import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { watchEnds } from "../../dev/scenes/clusterDaemons";
import { ClusterNotary } from "../../dev/scenes/clusterNotary";
import type { ClusterStack } from "../../dev/scenes/clusterStack";
import { bringUpEarlierInCluster } from "../../dev/scenes/earlierStack";
import { SYMBOLS } from "../../dev/scenes/notary";

/** The release before this one. Its stacks are kept in dev/scenes/earlier. */
const RELEASE = "ee2c099";
const NOTARY = "elderly";
const WORKLOADS = [...SYMBOLS.map((symbol) => symbol.toLowerCase()), "iguana"];

describe("a stack that an earlier release brought up in a cluster", () => {
  let cluster: ClusterStack;
  let notary: ClusterNotary;

  beforeAll(async () => {
    cluster = await bringUpEarlierInCluster(RELEASE, NOTARY);
    notary = new ClusterNotary(cluster);
    await notary.untilWhole(120);
  });
  afterAll(() => cluster?.remove());

  test("keeps its claims, passwords, authority and keys in an update, and each daemon stops at most once", async () => {
    for (const symbol of SYMBOLS)
      await notary.callDaemon(symbol, "generatetoaddress", 5, await cluster.stack.address(symbol));
    const before = { secrets: await cluster.stack.secrets(), claims: await claims() };
    const ends = await watchEnds(cluster);
    // The image brings the parameter files, which this release would fetch otherwise (CHANGELOG.md).
    cluster.stack.changeDaemon("komodod", { downloads: [] });
    // With one at a time, the test would take half a minute longer.
    cluster.stack.writeConfig({ "dokomodo:rollOut": { atOnce: 2 } });
    await cluster.stack.up();
    await notary.untilWholeAgain(90);
    expect(await cluster.stack.secrets()).toEqual(before.secrets);
    expect(Object.keys(before.secrets)).toHaveLength(18);
    expect(await claims()).toEqual(before.claims);
    expect(before.claims).toHaveLength(SYMBOLS.length);
    for (const symbol of SYMBOLS) expect(await notary.height(symbol)).toBe(symbol === "BEER" ? 6 : 5);
    const ended = await ends.stop();
    // Each daemon ends by itself, and at most once.
    for (const workload of WORKLOADS)
      expect(["", `${workload} 0`]).toContain(ended.filter((line) => line.startsWith(`${workload} `)).join());
    expect(await mostRevisions()).toBeLessThanOrEqual(2);
    console.log(`an update of ${RELEASE} ends: ${ended.join(", ")}`);
  });

  test("has nothing left to change afterwards", async () => {
    await cluster.stack.must("preview", "--expect-no-changes", "--stack", "test");
    await cluster.stack.must("preview", "--refresh", "--expect-no-changes", "--stack", "test");
  });

  /** Name, uid and volume of each claim. */
  async function claims(): Promise<string[]> {
    const each = '{range .items[*]}{.metadata.name} {.metadata.uid} {.spec.volumeName}{"\\n"}{end}';
    const text = await cluster.kubectl("get", "persistentvolumeclaims", `--output=jsonpath=${each}`);
    return text.trim().split("\n").sort();
  }

  /** The highest revision of any set. A new set has revision 1. */
  async function mostRevisions(): Promise<number> {
    const revisions = await cluster.kubectl(
      "get",
      "controllerrevisions",
      "--output=jsonpath={.items[*].revision}",
    );
    return Math.max(...revisions.split(" ").map(Number));
  }
});
