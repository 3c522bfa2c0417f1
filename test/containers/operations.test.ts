import { once } from "node:events";
import { PassThrough, Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { prepareImages } from "../../dev/images/images";
import { Deaths } from "../../dev/scenes/Deaths";
import { docker, restarted, startTimes } from "../../dev/scenes/docker";
import { execute, linesOf, operationsOf, seenOf } from "../../dev/scenes/operations";
import { TestStack } from "../../dev/scenes/TestStack";
import { prepareDocker } from "../../dev/toolchain/dockerEngine";
import type { Operations } from "../../platforms/operations";

const NODE = "work";
const LTC = { host: "local", workload: `${NODE}-ltc` };
const KMD = { host: "local", workload: `${NODE}-kmd` };
const RESTARTER_SECONDS = 3;
const PATIENCE = { timeout: 30_000 };

describe("the operations of a stack on a Docker host", () => {
  let stack: TestStack;
  let operations: Operations;
  const states = async (workload: string) =>
    Object.fromEntries(
      Object.entries(await seenOf(operations, workload)).map(([role, { state }]) => [role, state]),
    );
  const all = (state: string) => ({ "": state, proxy: state, pause: state });

  beforeAll(async () => {
    await prepareDocker();
    await prepareImages();
    stack = await TestStack.create(NODE, "of no account", "127.0.0.15");
    const {
      "dokomodo:notaries": _,
      "dokomodo:iguana": _iguana,
      "dokomodo:passphrases": _passphrases,
      ...rest
    } = stack.config;
    stack.replaceConfig({
      ...rest,
      "dokomodo:nodes": [{ name: NODE, host: "local", chains: ["KMD", "LTC"] }],
    });
    await stack.up();
    operations = operationsOf(stack);
  });
  afterAll(async () => {
    operations?.close();
    await stack?.remove();
  });

  test("show every container, and the values of the host", async () => {
    const started = Date.now();
    const { hosts, containers } = await operations.look();
    console.log(`a look at one host took ${Date.now() - started} ms`);
    const names = await docker("ps", "--all", "--filter", `name=^${NODE}-`, "--format", "{{.Names}}");
    expect(containers.map(({ name }) => name).sort()).toEqual(names.split("\n").sort());
    expect(containers.every(({ state }) => state === "running")).toBe(true);
    const [host] = hosts;
    expect(host).toMatchObject({ name: "local", version: expect.stringMatching(/^Docker \d+\./) });
    expect(host?.memory?.availableBytes).toBeGreaterThan(2 ** 28);
    expect(host?.memory?.totalBytes).toBeGreaterThan(host?.memory?.availableBytes ?? 0);
    expect(host?.disk?.totalBytes).toBeGreaterThan(host?.disk?.freeBytes ?? 0);
    expect(Math.abs(host?.clockAheadSeconds ?? 99)).toBeLessThan(2);
    expect(host?.load).toBeGreaterThanOrEqual(0);
    expect(host?.cores).toBeGreaterThanOrEqual(1);
    expect(containers.find(({ name }) => name === KMD.workload)).toMatchObject({
      image: "dokomodo-testbed/komodod-regtest:dev",
      memoryBytes: 2 ** 30,
      restarts: 0,
    });
  });

  test("read and follow a log", async () => {
    let lines = await linesOf(operations, LTC);
    expect(lines.every(({ at }) => Math.abs(Date.now() - (at?.getTime() ?? 0)) < 600_000)).toBe(true);
    // A daemon that still starts may say more between two readings.
    const lastThree = async () => {
      lines = await linesOf(operations, LTC);
      const last = await linesOf(operations, LTC, { tail: 3 });
      return [last, lines.slice(-3)].map((some) => some.map(({ text }) => text).join("\n"));
    };
    await expect.poll(async () => new Set(await lastThree()).size, PATIENCE).toBe(1);
    expect(lines.length).toBeGreaterThan(10);
    expect(await linesOf(operations, LTC, { since: new Date(Date.now() + 60_000) })).toEqual([]);
    expect(await linesOf(operations, { ...LTC, role: "pause" })).toEqual([]);
    const end = new AbortController();
    const followed: string[] = [];
    const following = operations.logs(LTC, { follow: true, tail: 0, signal: end.signal }, ({ text }) => {
      followed.push(text);
    });
    // A restart of the daemon ends its log, and following goes on with the next one.
    await operations.restart(LTC, {});
    await expect
      .poll(() => followed.some((line) => /init message: Done loading/.test(line)), PATIENCE)
      .toBe(true);
    expect(followed.filter((line) => /^.*Shutdown: In progress/.test(line))).toHaveLength(1);
    end.abort();
    await following;
  });

  test("run a command with its input, its exit code, and its errors apart", async () => {
    const script = "cat; echo bad >&2; exit 7";
    const input = Readable.from([Buffer.from("one\n"), Buffer.from([0, 255, 10])]);
    const { code, output, errors } = await execute(operations, LTC, ["sh", "-c", script], { input });
    expect({ code, errors }).toEqual({ code: 7, errors: "bad\n" });
    expect(output.startsWith("one\n\0")).toBe(true);
    const terminal = { rows: 17, columns: 91 };
    const size = await execute(operations, LTC, ["sh", "-c", "sleep 0.3; stty size"], { terminal });
    expect(size).toMatchObject({ code: 0, output: "17 91\r\n" });
    // The code is that of the engine, which has changed.
    const { code: missing } = await execute(operations, LTC, ["no-such-program"]);
    expect([126, 127]).toContain(missing);
  });

  test("restart a daemon alone, cleanly", async () => {
    const before = await startTimes(NODE);
    const deaths = await Deaths.watch(NODE);
    expect(await operations.restart(LTC, {})).toMatchObject({ code: 0 });
    expect(await deaths.end()).toEqual(["work-ltc 0"]);
    expect(restarted(before, await startTimes(NODE))).toEqual(["work-ltc"]);
  });

  test("stop a workload for good, the daemon first and pause last, and say so when it is stopped already", async () => {
    const deaths = await Deaths.watch(NODE);
    const stopped = await operations.stop(KMD, {});
    expect(stopped.code).toBe(0);
    expect(await operations.stop(KMD, {})).toMatchObject({ code: undefined });
    await sleep(RESTARTER_SECONDS * 1000);
    const ended = (await deaths.end()).map((line) => line.split(" ")[0]);
    expect(ended).toEqual(["work-kmd", "work-kmd-proxy", "work-kmd-pause"]);
    expect(await states(KMD.workload)).toEqual(all("stopped"));
    expect((await seenOf(operations, KMD.workload))[""]).toMatchObject({
      why: "somebody stopped it",
      lastExit: { code: 0, outOfMemory: false },
    });
    await expect(execute(operations, KMD, ["true"])).rejects.toThrow(
      /host local \(unix:\S+\): work-kmd does not run \(exited\), so no command can be run in it\. Start it first/,
    );
    expect((await linesOf(operations, KMD, { tail: 5 })).length).toBe(5);
  });

  test("leave a stack that an update understands: what it does not change stays stopped", async () => {
    await stack.up();
    expect(await states(KMD.workload)).toEqual(all("stopped"));
  });

  test("leave a stack that an update understands: what it changes is started again, as a whole", async () => {
    // The daemon is replaced; its pause and its proxy are not.
    const { "dokomodo:nodes": nodes } = stack.config;
    stack.writeConfig({
      "dokomodo:nodes": Object(nodes).map((node: object) => ({
        ...node,
        rotation: { KMD: String(Date.now()) },
      })),
    });
    await stack.up();
    expect(await states(KMD.workload)).toEqual(all("running"));
  });

  test("leave a stack that an update with a refresh starts again", async () => {
    await operations.stop(KMD, {});
    await stack.must("up", "--yes", "--skip-preview", "--refresh", "--stack", "test");
    expect(await states(KMD.workload)).toEqual(all("running"));
  });

  test("start what is stopped, and nothing else", async () => {
    await operations.stop(KMD, {});
    const before = await startTimes(NODE);
    await operations.start(KMD);
    expect(await states(KMD.workload)).toEqual(all("running"));
    await operations.start(KMD);
    expect(restarted(before, await startTimes(NODE))).toEqual([
      "work-kmd",
      "work-kmd-pause",
      "work-kmd-proxy",
    ]);
  });

  test("go on stopping when nobody waits any more", async () => {
    const end = new AbortController();
    const stopping = operations.stop({ ...LTC }, { signal: end.signal });
    await sleep(50);
    end.abort(new Error("enough"));
    await expect(stopping).rejects.toThrow("enough");
    await expect.poll(async () => (await states(LTC.workload))[""], PATIENCE).toBe("stopped");
    await operations.start(LTC);
    expect(await states(LTC.workload)).toEqual(all("running"));
    const before = await startTimes(NODE);
    const late = new AbortController();
    const restarting = operations.restart(LTC, { signal: late.signal });
    await sleep(100);
    late.abort(new Error("enough"));
    await expect(restarting).rejects.toThrow("enough");
    await expect.poll(async () => restarted(before, await startTimes(NODE)), PATIENCE).toEqual(["work-ltc"]);
  });

  test("end a command whose container is killed while its input is open", async () => {
    const streams = {
      input: new PassThrough(),
      output: new PassThrough(),
      errors: new PassThrough().resume(),
    };
    const begun = once(streams.output, "data");
    const running = operations.exec(LTC, ["sh", "-c", "echo begun; read -r line"], streams);
    await begun;
    // It is awaited later, and fails before.
    running.catch(() => {});
    const before = await startTimes(NODE);
    process.kill(Number(await docker("inspect", "--format", "{{.State.Pid}}", LTC.workload)), "SIGKILL");
    await expect(running).rejects.toThrow("the command has ended, because its container has");
    await expect.poll(async () => restarted(before, await startTimes(NODE)), PATIENCE).toEqual(["work-ltc"]);
  });

  test("find the values of the host in its restarter's health, so that nothing is started for a look", async () => {
    const format = "{{with .State.Health}}{{range .Log}}{{.Output}}{{end}}{{end}}";
    const health = () => docker("inspect", "--format", format, `${NODE}-restarter`);
    // The first check comes 30 s after the start.
    await expect.poll(health, { timeout: 60_000 }).toMatch(/^\{"memory":/);
    const began = new Date().toISOString();
    const { hosts } = await operations.look();
    expect(hosts[0]?.memory?.availableBytes).toBeGreaterThan(2 ** 28);
    const started = ["--filter", "event=exec_create", "--filter", `container=${NODE}-restarter`];
    const events = await docker("events", "--since", began, "--until", new Date().toISOString(), ...started);
    expect(events.split("\n").filter((line) => line.includes("node -e"))).toEqual([]);
  });

  test("say what to do about a container that somebody removed", async () => {
    await docker("rm", "--force", `${NODE}-ltc-proxy`);
    expect(await states(LTC.workload)).toEqual({ "": "running", pause: "running" });
    await expect(linesOf(operations, { ...LTC, role: "proxy" })).rejects.toThrow(
      /it has no work-ltc-proxy of this stack\. .* `pulumi up --refresh` makes what is missing/,
    );
    await expect(operations.start(LTC)).rejects.toThrow(/it has no work-ltc-proxy of this stack/);
  });
});
