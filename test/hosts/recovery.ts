import { stat } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Deaths } from "../../dev/scenes/Deaths";
import { dockerAt, restarted, startTimes } from "../../dev/scenes/docker";
import { DAEMONS, height, iguanaHeight, SYMBOLS, untilWhole, untilWholeAgain } from "../../dev/scenes/notary";
import { SECRET_FILES, shownTo } from "../../dev/scenes/processFiles";
import { createSpanningStack } from "../../dev/scenes/spanning";
import type { TestStack } from "../../dev/scenes/TestStack";
import { type EngineKind, TestHosts } from "../../dev/standIns/hosts/TestHosts";
import { PROCESS_GROUP } from "../../platforms/user";
import { WrittenChains } from "./WrittenChains";

/** Containers start again within seconds, but a busy machine needs longer. */
const PATIENCE = { timeout: 30_000 };

/** The tests of all that can happen to a notary's containers and to their engine. */
export function describeRecovery(engine: EngineKind, notary: string, pool: number): void {
  describe(`a notary whose containers die or stop, on the engine ${engine}`, () => {
    let hosts: TestHosts;
    let stack: TestStack;
    const at = () => hosts.host("alpha").socket;
    const docker = (...args: readonly string[]) => dockerAt(at(), ...args);
    const inspect = (container: string, format: string) => docker("inspect", "--format", format, container);
    const status = (container: string) => inspect(container, "{{.State.Status}}");
    const names = async () => Object.keys(await startTimes(notary, at())).sort();
    const of = (...roles: readonly string[]) => roles.map((role) => `${notary}-${role}`);
    /** A container of the tests that takes a port. */
    const taker = `taker-${notary}`;
    const daemons = Object.values(DAEMONS).map(({ container }) => `${notary}-${container}`);
    const whole = async (seconds = 60) =>
      untilWholeAgain(notary, await stack.address("BEER"), seconds, { at });
    const chains = () => new WrittenChains(notary, at, (symbol) => stack.address(symbol));

    beforeAll(async () => {
      hosts = await TestHosts.start(["alpha"], { pool, engine });
      stack = await createSpanningStack(notary, hosts, Object.fromEntries(SYMBOLS.map((s) => [s, "alpha"])));
      await stack.up();
      await untilWhole(notary, 120, SYMBOLS.length, 0, at);
    });
    /** A second try of a test begins with what the first has left: containers that are stopped, or gone. */
    beforeEach(async ({ task }) => {
      if ((task.result?.retryCount ?? 0) === 0) return;
      await docker("rm", "--force", taker).catch(() => "");
      await stack.up("--refresh");
      await whole(90);
    });
    afterAll(async () => {
      stack?.forget();
      await hosts?.stop();
    });

    test("has no change to make right after an up, even when a refresh reads what runs", async () => {
      await stack.must("preview", "--expect-no-changes", "--refresh", "--stack", "test");
    });

    test("shows nothing of its processes to a login of the host that has a daemon's uid", async () => {
      // The restarter runs as root, so no login has its uid.
      const containers = (await names()).filter((name) => name !== `${notary}-restarter`);
      expect(containers.length).toBeGreaterThan(15);
      for (const container of containers) {
        const pid = Number(await docker("inspect", "--format", "{{.State.Pid}}", container));
        const { uid } = await stat(`/proc/${pid}`);
        expect(await shownTo({ uid, gid: uid }, pid), container).toEqual([]);
        // The search works: with the container's own group, which no login has, all files can be read.
        expect(await shownTo({ uid, gid: PROCESS_GROUP }, pid), container).toEqual(SECRET_FILES);
      }
    });

    test.each([
      "beer",
      "beer-pause",
      "beer-proxy",
      "kmd",
      "kmd-pause",
      "ltc",
      "iguana",
      "iguana-agent",
      "iguana-pause",
      "iguana-proxy",
      "alpha-witness",
      "alpha-witness-pause",
      "restarter",
    ])("is whole again within 60 s after %s was killed", async (role) => {
      const container = `${notary}-${role}`;
      const before = await startTimes(notary, at());
      process.kill(Number(await inspect(container, "{{.State.Pid}}")), "SIGKILL");
      await expect
        .poll(() => startTimes(notary, at()).then((after) => restarted(before, after)), PATIENCE)
        .toContain(container);
      console.log(`whole ${(await whole()).toFixed(1)} s after ${container} came back`);
      await expect.poll(names, PATIENCE).toEqual(Object.keys(before).sort());
    });

    test("starts a container that Docker gave up because its pause did not run, but none that a person stopped", async () => {
      await docker("stop", ...of("beer", "beer-proxy", "beer-pause"));
      await expect(docker("start", `${notary}-beer`)).rejects.toThrow(/non running container/);
      await docker("start", `${notary}-beer-pause`);
      await expect.poll(() => status(`${notary}-beer`), PATIENCE).toBe("running");
      await sleep(3000);
      expect(await status(`${notary}-beer-proxy`)).toBe("exited");
      await docker("start", `${notary}-beer-proxy`);
      await whole();
    });

    test.each([
      ["beer-pause", "beer", "beer-proxy"],
      ["beer-proxy", "beer-pause", "beer"],
      ["iguana-pause", "iguana", "iguana-agent", "iguana-proxy"],
    ])(
      "ends a daemon in order when its workload is stopped beginning with %s, and leaves it stopped",
      async (first, ...others) => {
        const daemon = `${notary}-${first.split("-")[0]}`;
        const before = await chains().write();
        await docker("stop", `${notary}-${first}`);
        await docker("stop", ...of(...others));
        expect(await inspect(daemon, "{{.State.ExitCode}}")).toBe("0");
        await sleep(3000);
        for (const name of of(first, ...others)) expect(await status(name)).toBe("exited");
        await docker("start", ...of(...[first, ...others].filter((role) => role.endsWith("-pause"))));
        await docker("start", ...of(first, ...others));
        await whole();
        expect(await chains().lost(before)).toEqual([]);
      },
    );

    test("loses no block when containers are restarted one after the other while blocks are written", async () => {
      const deaths = await Deaths.watch(notary, at());
      const writing = chains();
      const before = await writing.begin();
      for (const role of ["beer-proxy", "beer-pause", "kmd-pause", "iguana-pause", "alpha-witness-pause"])
        await docker("restart", `${notary}-${role}`);
      // A daemon that gets SIGTERM before it has started ends with 1 or 143, and has nothing to lose.
      await expect
        .poll(() => height(notary, "BEER", at).catch(String), { timeout: 60_000 })
        .toEqual(expect.any(Number));
      await docker("restart", `${notary}-beer`);
      await writing.stop();
      expect((await deaths.end()).filter((line) => isOfDaemon(line) && !line.endsWith(" 0"))).toEqual([]);
      await whole();
      expect(await writing.lost(before)).toEqual([]);
    });

    test("starts all others while one pause is stopped and another's port is in use, and that one when its port is free", async () => {
      const all = await names();
      await docker("stop", `${notary}-beer-pause`);
      await docker("stop", ...of("pizza-pause"));
      const run = ["run", "--detach", "--rm", "--name", taker, "--entrypoint", "sleep"];
      const port = `${hosts.host("alpha").address}:11607:1`;
      await docker(...run, "--publish", port, "dokomodo-testbed/node:dev", "600");
      await expect(docker("start", `${notary}-pizza-pause`)).rejects.toThrow(/allocated|in use/);
      process.kill(Number(await inspect(`${notary}-kmd-pause`, "{{.State.Pid}}")), "SIGKILL");
      process.kill(Number(await inspect(`${notary}-ltc-pause`, "{{.State.Pid}}")), "SIGKILL");
      const down = of("beer-pause", "beer", "beer-proxy", "pizza-pause", "pizza", "pizza-proxy");
      await expect.poll(names, PATIENCE).toEqual(all.filter((name) => !down.includes(name)));
      await docker("rm", "--force", taker);
      await expect.poll(names, { timeout: 60_000 }).toEqual(all.filter((name) => !name.includes("-beer")));
      await docker("start", `${notary}-beer-pause`);
      await whole();
      expect(await names()).toEqual(all);
    });

    test("ends every daemon with exit code 0 when the engine stops under writes, and comes back complete when it starts", async () => {
      const all = await names();
      await docker("stop", `${notary}-pizza-proxy`);
      const writing = chains();
      const before = await writing.begin();
      const started = Date.now();
      await hosts.stopEngine("alpha");
      const stopped = Date.now();
      await writing.stop();
      await hosts.startEngine("alpha");
      const ends = await Promise.all(daemons.map((name) => docker("logs", "--tail", "200", name)));
      for (const [index, end] of ends.entries())
        expect(end, daemons[index]).toMatch(/Shutdown: done[\s\S]*$/);
      await expect.poll(names, PATIENCE).toEqual(all.filter((name) => name !== `${notary}-pizza-proxy`));
      await sleep(3000);
      expect(await status(`${notary}-pizza-proxy`)).toBe("exited");
      await docker("start", `${notary}-pizza-proxy`);
      const seconds = await whole(90);
      console.log(
        `the engine stopped after ${((stopped - started) / 1000).toFixed(1)} s; whole ${seconds.toFixed(1)} s after it was up again`,
      );
      expect(await writing.lost(before)).toEqual([]);
      expect(await names()).toEqual(all);
    });

    test("recovers a killed pause after the engine was restarted with live-restore", async () => {
      const before = await startTimes(notary, at());
      await hosts.killEngine("alpha");
      await hosts.startEngine("alpha", ["--live-restore"]);
      expect(restarted(before, await startTimes(notary, at()))).toEqual([]);
      process.kill(Number(await inspect(`${notary}-beer-pause`, "{{.State.Pid}}")), "SIGKILL");
      await whole(90);
      // It ends when it has not reached the engine for 15 s, and finds the engine's new socket when it starts again.
      await expect
        .poll(() => startTimes(notary, at()).then((after) => restarted(before, after)), { timeout: 60_000 })
        .toContain(`${notary}-restarter`);
      // Docker itself would look only every 30 s.
      const check = await inspect(`${notary}-restarter`, '{{join (slice .Config.Healthcheck.Test 1) " "}}');
      await expect
        .poll(
          () => docker("exec", `${notary}-restarter`, ...check.split(" ")).then(() => "healthy", String),
          PATIENCE,
        )
        .toBe("healthy");
    });

    test("brings Iguana up again after it was restarted by hand", async () => {
      await docker("restart", `${notary}-iguana`);
      await whole();
      expect(await iguanaHeight(notary, "BEER", at)).toBe(await height(notary, "BEER", at));
    });

    test("stops daemons under writes with exit code 0 when an update replaces them", async () => {
      const deaths = await Deaths.watch(notary, at());
      const writing = chains();
      const before = await writing.begin();
      const { "dokomodo:daemons": settings } = stack.config;
      const flags = ["-printtoconsole", "-maxconnections=20"];
      stack.writeConfig({
        "dokomodo:daemons": {
          ...Object(settings),
          komodod: { ...Object(Object(settings).komodod), flags },
        },
      });
      await stack.up();
      await writing.stop();
      const ended = await deaths.end();
      expect(ended).toEqual(expect.arrayContaining(of("beer 0", "kmd 0", "pizza 0")));
      expect(ended.filter((line) => !line.endsWith(" 0"))).toEqual([]);
      await whole();
      expect(await writing.lost(before)).toEqual([]);
    });

    test("stops every daemon with exit code 0 when it is taken down under writes", async () => {
      const deaths = await Deaths.watch(notary, at());
      const writing = chains();
      await writing.begin();
      await stack.must("destroy", "--yes", "--skip-preview", "--stack", "test");
      await writing.stop();
      const ended = await deaths.end();
      expect(ended).toEqual(expect.arrayContaining(daemons.map((name) => `${name} 0`)));
      expect(ended.filter((line) => line.endsWith(" 137"))).toEqual([]);
    });

    function isOfDaemon(line: string): boolean {
      return daemons.some((name) => line.startsWith(`${name} `));
    }
  });
}
