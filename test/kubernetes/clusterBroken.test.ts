import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startRun } from "../../dev/scenes/killedRun";
import { leftoversOfCluster } from "../../dev/standIns/cluster/leftovers";
import { TestNamespace, until } from "../../dev/standIns/cluster/namespace";
import { headlessService, policyOf } from "../../dev/standIns/cluster/pods";
import { clusterPoolOf } from "../../dev/standIns/cluster/pool";
import { TestCluster } from "../../dev/standIns/cluster/TestCluster";
import { statedCluster, testedOf } from "../../dev/standIns/cluster/tested";
import { isRunning } from "../../dev/standIns/hosts/daemon";
import { processesOf } from "../../dev/standIns/hosts/processes";
import { run } from "../../dev/standIns/hosts/run";

const POOL = 91;
/** The range that this pool would use on a machine where the range is free. */
const USUAL = `10.98.${POOL}.0/24`;
const NAMESPACE = "broken-test";
const PORT = 8080;
const SERVE = `require("http").createServer((_, answer) => answer.end("here")).listen(${PORT})`;
const SERVER = `http://server.${NAMESPACE}.svc.cluster.local:${PORT}`;

/** These tests would disturb others, so they have their own cluster. A killed run has left parts of it before. */
describe.skipIf(statedCluster() !== undefined)("a test cluster", () => {
  let cluster: TestCluster;
  let namespace: TestNamespace;
  let left: readonly number[];

  beforeAll(async () => {
    await run("ip", "route", "replace", "blackhole", USUAL);
    left = await startAndKill();
    cluster = await TestCluster.start({ pool: POOL });
    namespace = await TestNamespace.create(NAMESPACE, testedOf(cluster));
    await namespace.apply(headlessService(NAMESPACE, "server", PORT));
    await namespace.startPod("server", ["node", "--eval", SERVE]);
    await namespace.startPod("client", ["sleep", "infinity"]);
  });

  afterAll(async () => {
    await cluster?.stop();
    await run("ip", "route", "delete", "blackhole", USUAL);
    expect(await leftoversOfCluster(POOL)).toEqual([]);
  });

  test("has addresses in a range that nothing else on the machine uses, also for a process that attaches to it", async () => {
    expect(cluster.address).toBe(`10.100.${POOL}.10`);
    expect((await TestCluster.attach({ pool: POOL })).address).toBe(cluster.address);
  });

  test("removes what a run that was killed has left", () => {
    expect(left.length).toBeGreaterThan(5);
    expect(left.filter(isRunning)).toEqual([]);
  });

  test("enforces policies until that is turned off", async () => {
    await namespace.apply(policyOf({ namespace: NAMESPACE, name: "deny", app: "server", ingress: [] }));
    await until(async () => (await namespace.call("client", SERVER)) === "no answer");
    await cluster.enforcePolicies(false);
    expect(await namespace.call("client", SERVER)).toBe("200 here");
    await cluster.enforcePolicies(true);
    expect(await namespace.call("client", SERVER)).toBe("no answer");
  });

  test("keeps containers running when its kubelet restarts", async () => {
    const state = () =>
      namespace.kubectl("get", "pod/server", "--output", "jsonpath={.status.containerStatuses[0]}");
    const before = await state();
    await cluster.stopKubelet();
    await expect(namespace.exec("server", "true")).rejects.toThrow(/connection refused/);
    await cluster.startKubelet();
    await until(async () => (await namespace.exec("server", "echo", "reached")) === "reached");
    // Within this time the kubelet would have restarted a container that it had given up.
    await sleep(3000);
    expect(await state()).toBe(before);
  });

  test("keeps its objects when its API server restarts", async () => {
    await cluster.stopApiServer();
    await expect(cluster.kubectl("get", "nodes")).rejects.toThrow(/refused/);
    await cluster.startApiServer();
    expect(await namespace.kubectl("get", "pods", "--output=name")).toBe("pod/client\npod/server");
  });
});

/** Starts a cluster in a process, and kills that process and half of the cluster's. Returns the pids of all of them. */
async function startAndKill(): Promise<number[]> {
  const code = `
    const { TestCluster } = require("./dev/standIns/cluster/TestCluster");
    TestCluster.start({ pool: ${POOL} }).then(() => {
      process.stdout.write("up");
      setInterval(() => {}, 1000);
    });`;
  const run = await startRun(code);
  run.kill();
  const pids = await processesOf(clusterPoolOf(POOL));
  for (const [index, pid] of pids.entries()) if (index % 2 === 0) process.kill(pid, "SIGKILL");
  return pids;
}
