import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestCluster } from "../testbed/cluster/cluster";
import { statedCluster, testedOf } from "../testbed/cluster/tested";
import { ClusterNotary } from "../testbed/clusterNotary";
import { ClusterStack } from "../testbed/clusterStack";

/** No other test's API server is to be stopped. */
const POOL = 93;
const OUTAGE_SECONDS = 45;

describe.skipIf(statedCluster() !== undefined)("a notary whose cluster's API server is away", () => {
  let own: TestCluster;
  let cluster: ClusterStack;
  let notary: ClusterNotary;

  beforeAll(async () => {
    own = await TestCluster.start({ pool: POOL });
    await own.loadDevelopmentImages();
    cluster = await ClusterStack.create("squall", "canary phrase of the squall", testedOf(own));
    notary = new ClusterNotary(cluster);
    await cluster.stack.up();
    await notary.untilWhole(120);
  });
  afterAll(async () => {
    // The cluster is removed with all that is in it.
    cluster?.stack.forget();
    await own?.stop();
  });

  it("has no Iguana without its lease, keeps its chains, and is whole again when the API server is back", async () => {
    const before = await notary.containers();
    const away = Date.now();
    await own.stopApiServer();
    await sleep(OUTAGE_SECONDS * 1000);
    await own.startApiServer();
    console.log(`whole ${(await notary.untilWholeAgain(60)).toFixed(1)} s after the API server was back`);

    const log = await cluster.kubectl("logs", notary.pod("iguana"), "--container", "agent");
    const [, killed] = /^(\S+) Iguana: must not run without its lease; it was killed$/m.exec(log) ?? [];
    const seconds = (Date.parse(killed ?? "") - away) / 1000;
    console.log(`Iguana was killed ${seconds.toFixed(1)} s after the API server went`);
    // It relies on its lease for 20 s from its last renewal, of which there is one each 5 s (docs/kubernetes.md).
    expect(seconds).toBeGreaterThan(14);
    expect(seconds).toBeLessThan(22);
    const after = await notary.containers();
    expect(Object.keys(after).filter((name) => after[name] !== before[name])).toEqual([
      `${notary.pod("iguana")}/iguana`,
    ]);
  });
});
