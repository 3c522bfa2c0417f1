import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ClusterStack } from "../../dev/scenes/clusterStack";
import { execute, linesOf, operationsOf, seenOf } from "../../dev/scenes/operations";
import type { Operations } from "../../platforms/operations";

const NODE = "vane";
const LTC = { host: "local", workload: `${NODE}-ltc` };
const KMD = { host: "local", workload: `${NODE}-kmd` };
const PATIENCE = { timeout: 60_000 };

describe("the operations of a stack in a cluster", () => {
  let cluster: ClusterStack;
  let operations: Operations;
  const states = async (workload: string) =>
    Object.fromEntries(
      Object.entries(await seenOf(operations, workload)).map(([role, { state }]) => [role, state]),
    );
  const all = (state: string) => ({ "": state, proxy: state });
  const uidOf = (workload: string) =>
    cluster.kubectl("get", "pod", `${workload}-0`, "--output=jsonpath={.metadata.uid}");

  beforeAll(async () => {
    cluster = await ClusterStack.create(NODE, "of no account");
    const {
      "dokomodo:notaries": _,
      "dokomodo:iguana": _iguana,
      "dokomodo:passphrases": _passphrases,
      ...rest
    } = cluster.stack.config;
    cluster.stack.replaceConfig({
      ...rest,
      "dokomodo:nodes": [{ name: NODE, host: "local", chains: ["KMD", "LTC"] }],
    });
    cluster.stack.changeHosts(([host = {}]) => [{ ...host, nodes: {} }]);
    await cluster.stack.up();
    operations = operationsOf(cluster.stack);
  });
  afterAll(async () => {
    operations?.close();
    await cluster?.remove();
  });

  test("show every container, and the values of the host", async () => {
    const started = Date.now();
    const { hosts, containers } = await operations.look();
    console.log(`a look at the cluster took ${Date.now() - started} ms: ${JSON.stringify(hosts)}`);
    expect(containers.map(({ name }) => name).sort()).toEqual([
      "pod vane-agent-0, container agent",
      "pod vane-agent-0, container proxy",
      "pod vane-kmd-0, container daemon",
      "pod vane-kmd-0, container proxy",
      "pod vane-ltc-0, container daemon",
      "pod vane-ltc-0, container proxy",
    ]);
    expect(containers.every(({ state }) => state === "running")).toBe(true);
    const [host] = hosts;
    expect(host).toMatchObject({ name: "local", version: expect.stringMatching(/^Kubernetes v1\./) });
    expect(host?.problem).toBeUndefined();
    expect(host?.memory?.totalBytes).toBeGreaterThan(2 ** 30);
    expect(host?.complaints).not.toContain("NotReady");
    expect(containers.find(({ name }) => name.startsWith("pod vane-kmd-0, container daemon"))).toMatchObject({
      memoryBytes: 2 ** 30,
      image: cluster.cluster.image("komodod-regtest"),
    });
  });

  test("read and follow a log, and run commands", async () => {
    const lines = await linesOf(operations, LTC);
    expect(lines.length).toBeGreaterThan(10);
    expect(lines.every(({ at }) => at !== undefined)).toBe(true);
    expect((await linesOf(operations, LTC, { tail: 2 })).length).toBe(2);
    const input = Readable.from(["one\n"]);
    const script = "cat; echo bad >&2; exit 7";
    expect(await execute(operations, LTC, ["sh", "-c", script], { input })).toEqual({
      code: 7,
      output: "one\n",
      errors: "bad\n",
    });
    const size = await execute(operations, LTC, ["sh", "-c", "sleep 1; stty size"], {
      terminal: { rows: 17, columns: 91 },
    });
    expect(size).toMatchObject({ code: 0, output: "17 91\r\n" });
    const end = new AbortController();
    const followed: string[] = [];
    const following = operations.logs(LTC, { follow: true, tail: 1, signal: end.signal }, ({ text }) => {
      followed.push(text);
    });
    await expect.poll(() => followed.length, PATIENCE).toBeGreaterThan(0);
    end.abort();
    await following;
  });

  test("restart a daemon by another pod, cleanly", async () => {
    const before = await uidOf(LTC.workload);
    expect(await operations.restart(LTC, {})).toMatchObject({ code: 0 });
    expect(await uidOf(LTC.workload)).not.toBe(before);
    expect(await states(LTC.workload)).toEqual(all("running"));
  });

  test("stop a workload for good, and say so when it is stopped already", async () => {
    const ticks: number[] = [];
    const stopped = await operations.stop(KMD, { onWaiting: (seconds) => ticks.push(seconds) });
    // The cluster may have forgotten how it ended by the time it is asked.
    expect([0, undefined]).toContain(stopped.code);
    expect(ticks.length).toBeGreaterThanOrEqual(Math.floor(stopped.seconds) - 1);
    expect(await operations.stop(KMD, {})).toEqual({ seconds: 0 });
    expect(await states(KMD.workload)).toEqual(all("stopped"));
    await expect(execute(operations, KMD, ["true"])).rejects.toThrow(
      /^cluster \S+ at https:\S+: vane-kmd is stopped, so no command can be run in it\. Start it first/,
    );
    await expect(linesOf(operations, KMD)).rejects.toThrow(
      /vane-kmd is stopped, and its log went with its pod/,
    );
  });

  test("leave a stack that an update understands: what it does not change stays stopped", async () => {
    const told = await cluster.stack.up();
    expect(told).toContain("vane-kmd: somebody stopped it, and it was left so");
    expect(await states(KMD.workload)).toEqual(all("stopped"));
  });

  test("leave a stack that an update understands: what it changes is started again", async () => {
    cluster.stack.changeDaemon("komodod", { flags: ["-printtoconsole", "-dbcache=8"] });
    await cluster.stack.up();
    expect(await states(KMD.workload)).toEqual(all("running"));
    const ltc = await uidOf(LTC.workload);
    await operations.stop(KMD, {});
    await operations.start(KMD);
    await operations.start(KMD);
    expect(await states(KMD.workload)).toEqual(all("running"));
    await cluster.stack.must("preview", "--refresh", "--expect-no-changes", "--stack", "test");
    expect(await uidOf(LTC.workload)).toBe(ltc);
  });

  test("stop an upgrade at an image that does not work, and go back by one command", async () => {
    const { stack } = cluster;
    const { image: before } = Object(stack.config["dokomodo:daemons"]).komodod;
    const ltc = await uidOf(LTC.workload);
    // It has no komodod.
    const broken = cluster.cluster.image("node");
    await expect(stack.dokomodo("upgrade", "komodod", "--image", broken, "--yes")).rejects.toThrow(
      /`dokomodo rollback komodod --stack test` goes back to what ran before/,
    );
    expect(await stack.dokomodo("rollback", "--yes")).toContain(
      `${KMD.workload} (host local): ${broken} -> ${before}`,
    );
    expect(await states(KMD.workload)).toEqual(all("running"));
    expect(await uidOf(LTC.workload)).toBe(ltc);
    await stack.must("preview", "--expect-no-changes", "--stack", "test");
  });

  test("tell why a pod does not come up", async () => {
    const set = `statefulset/${KMD.workload}`;
    await cluster.kubectl("set", "image", set, "daemon=localhost:1/nobody/komodod:none");
    await expect
      .poll(async () => (await seenOf(operations, KMD.workload))[""], PATIENCE)
      .toMatchObject({ state: "starting", why: expect.stringMatching(/ErrImagePull|ImagePullBackOff/) });
    await expect(linesOf(operations, KMD)).rejects.toThrow(
      /has no log yet, because it has not started: .*komodod:none/,
    );
    await expect(operations.start(KMD)).rejects.toThrow(/vane-kmd does not start: .*komodod:none/);
  });
});
