import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { keepMining, watchEnds } from "../../dev/scenes/clusterDaemons";
import { ClusterNotary, changedPods } from "../../dev/scenes/clusterNotary";
import { ClusterStack } from "../../dev/scenes/clusterStack";
import { type Symbol as ChainSymbol, SYMBOLS } from "../../dev/scenes/notary";
import { TestCluster } from "../../dev/standIns/cluster/TestCluster";
import { statedCluster, testedOf } from "../../dev/standIns/cluster/tested";

/**
 * These tests stop the API server, restart the kubelet and drain the node. Each of them makes pods of other stacks unready
 * for a while, so they have their own cluster.
 */
const POOL = 93;
const OUTAGE_SECONDS = 45;
const DRAIN_SECONDS = 60;
const PATIENCE = { timeout: 60_000 };
/** What a daemon prints when its data is on the disk: litecoind's last line, or that of komodod's stand-in. */
const CLEAN_END = /Shutdown: done|litecoind has written its data and ended/;

describe.skipIf(statedCluster() !== undefined)("a notary whose node or API server is away", () => {
  let own: TestCluster;
  let cluster: ClusterStack;
  let notary: ClusterNotary;

  beforeAll(async () => {
    own = await TestCluster.start({ pool: POOL });
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

  test("loses nothing when its node is drained under writes, and comes back with the node", async () => {
    const { ends, lastLines, seconds } = await drainUnderWrites(SYMBOLS);
    console.log(`the node was empty after ${seconds.toFixed(1)} s`);
    expect(ends).toEqual(["beer 0", "iguana 0", "kmd 0", "ltc 0", "pizza 0"]);
    for (const symbol of SYMBOLS) expect(lastLines[symbol]).toMatch(CLEAN_END);
  });

  test("loses nothing when its node is drained while one of its pods is not ready", async () => {
    const set = `statefulset/${cluster.stack.notary}-pizza`;
    const image = cluster.cluster.image("komodod-regtest");
    await cluster.kubectl("set", "image", set, "daemon=localhost:1/nobody/komodod:none");
    await cluster.kubectl(
      "wait",
      "--for=condition=Ready=false",
      "--timeout=60s",
      `pod/${notary.pod("pizza")}`,
    );
    const others = SYMBOLS.filter((symbol) => symbol !== "PIZZA");
    const { ends } = await drainUnderWrites(others, () =>
      cluster.kubectl("set", "image", set, `daemon=${image}`),
    );
    // The pod that never started may have an end that the kubelet has made up, so it is not compared.
    expect(ends).toEqual(expect.arrayContaining(["beer 0", "kmd 0", "ltc 0"]));
  });

  test("goes on without a restart while the kubelet restarts", async () => {
    const before = await notary.containers();
    await own.restartKubelet();
    await notary.untilWholeAgain(60);
    expect(changedPods(before, await notary.containers())).toEqual([]);
  });

  // This test is the last one, because for some time after it the scheduler may not know the state of its node.
  test("runs no Iguana without its lease, keeps its chains, and is complete again when the API server is back", async () => {
    const before = await notary.containers();
    const away = Date.now();
    await own.stopApiServer();
    await sleep(OUTAGE_SECONDS * 1000);
    await own.startApiServer();
    console.log(`whole ${(await notary.untilWholeAgain(60)).toFixed(1)} s after the API server was back`);

    const log = await cluster.kubectl("logs", notary.pod("iguana"), "--container", "agent");
    const kills = log.matchAll(/^(\S+) Iguana: must not run without its lease; it was killed$/gm);
    const killed = [...kills].map(([, time = ""]) => Date.parse(time)).find((time) => time > away);
    const seconds = ((killed ?? Number.NaN) - away) / 1000;
    console.log(`Iguana was killed ${seconds.toFixed(1)} s after the API server went`);
    // Iguana may run for 20 s after the last renewal of its lease. There is a renewal every 5 s.
    // (docs/internals/lease.md, the times)
    expect(seconds).toBeGreaterThan(14);
    expect(seconds).toBeLessThan(22);
    // The kubelet may report the new container some seconds after it started.
    const changed = async () => {
      const after = await notary.containers();
      return Object.keys(after).filter((name) => after[name] !== before[name]);
    };
    await expect.poll(changed, { timeout: 30_000 }).toEqual([`${notary.pod("iguana")}/iguana`]);
  });

  /**
   * Drains the node while these chains are mined, expects it to be empty, and brings it back. Returns the daemons' exit codes
   * and last lines. `mend` is called before the node is back.
   */
  async function drainUnderWrites(symbols: readonly ChainSymbol[], mend?: () => Promise<unknown>) {
    const heightsOf = () => Promise.all(symbols.map((symbol) => notary.height(symbol)));
    const before = await heightsOf();
    const mining = keepMining(notary, symbols);
    const ending = await watchEnds(cluster);
    const logs = symbols.map((symbol) => followDaemon(symbol));
    await expect
      .poll(() => Math.min(...symbols.map((symbol) => mining.blocks[symbol] ?? 0)), PATIENCE)
      .toBeGreaterThan(2);
    const started = Date.now();
    await own.kubectl("drain", own.node, "--delete-emptydir-data", `--timeout=${DRAIN_SECONDS}s`);
    const seconds = (Date.now() - started) / 1000;
    await mining.stop();
    const left = ["get", "pods", "--all-namespaces", `--field-selector=spec.nodeName=${own.node}`];
    expect(await own.kubectl(...left, "--output=name")).toBe("");
    const [ends, texts] = await Promise.all([ending.stop(), Promise.all(logs)]);

    await mend?.();
    await own.kubectl("uncordon", own.node);
    console.log(`whole ${(await notary.untilWholeAgain(90)).toFixed(1)} s after the node was back`);
    const after = await heightsOf();
    for (const [index, symbol] of symbols.entries()) {
      const mined = (before[index] ?? 0) + (mining.blocks[symbol] ?? 0);
      expect(after[index], symbol).toBeGreaterThanOrEqual(mined);
    }
    const lastLines = Object.fromEntries(symbols.map((symbol, index) => [symbol, texts[index]]));
    return { ends, lastLines, seconds };
  }

  /** Follows a daemon's log until its pod ends, and returns the last line. */
  async function followDaemon(symbol: ChainSymbol): Promise<string> {
    const args = ["logs", "--follow", "--tail=1", notary.pod(symbol), "--container=daemon"];
    const log = await cluster.kubectl(...args).catch(() => "");
    return log.trim().split("\n").at(-1) ?? "";
  }
});
