import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { SeenContainer, SeenHost } from "../../platforms/operations";
import type { IguanaReading } from "../../readings/agent";
import { certificateFindings } from "../../readings/certificateFindings";
import { type ContainerReading, containerFindings } from "../../readings/containerFindings";
import { ENTRYPOINT_EXITS } from "../../readings/entrypointExits";
import { type Finding, levelOf, worst } from "../../readings/finding";
import { type HostReading, hostFindings } from "../../readings/hostFindings";
import { iguanaFindings } from "../../readings/iguanaFindings";
import { THRESHOLDS, type Threshold } from "../../readings/thresholds";

const GIB = 2 ** 30;
const short = (findings: readonly Finding[]) => findings.map(({ of, level }) => `${of} ${level}`);
const texts = (findings: readonly Finding[]) => findings.map(({ text }) => text).join("\n");

describe("thresholds", () => {
  test.each(Object.entries<Threshold>(THRESHOLDS))("%s: bad lies beyond doubtful", (_, threshold) => {
    const { side, doubtful, bad, why } = threshold;
    expect(why).not.toBe("");
    expect(levelOf(doubtful, threshold)).toBe("doubtful");
    if (bad === undefined) return;
    expect(side === "high" ? bad > doubtful : bad < doubtful).toBe(true);
    expect(levelOf(bad, threshold)).toBe("bad");
  });

  test("the worst of several is what counts", () => {
    const [doubtful, bad] = (["doubtful", "bad"] as const).map((level) => ({ of: "lag", level, text: "" }));
    expect(worst([doubtful, bad, doubtful].flatMap((one) => one ?? []))).toBe("bad");
    expect(worst(doubtful === undefined ? [] : [doubtful])).toBe("doubtful");
  });
});

describe("Iguana", () => {
  const GOOD: IguanaReading = {
    state: "ready",
    since: "2026-11-01T12:00:00Z",
    lease: { state: "held", remainingSeconds: 18 },
    chains: 3,
    notarised: 2,
    heights: { KMD: 100 },
  };

  test("that is ready and has its lease is good", () => {
    expect(iguanaFindings(GOOD)).toEqual([]);
    expect(iguanaFindings({ ...GOOD, lease: { state: "none-asked" } })).toEqual([]);
  });

  test.each([
    [13, []],
    [12, ["lease doubtful"]],
    [5, ["lease bad"]],
    [0, ["lease bad"]],
  ])("with a lease for %i s more: %j", (remainingSeconds, findings) => {
    expect(short(iguanaFindings({ ...GOOD, lease: { state: "held", remainingSeconds } }))).toEqual(findings);
  });

  test.each([
    ["waiting", "doubtful"],
    ["leaving", "doubtful"],
    ["lost", "bad"],
  ])("whose lease is %s is %s, and no more is said", (state, level) => {
    const reading = { ...GOOD, state: "waiting-for-lease", lease: { state, detail: "beta has it" } };
    expect(short(iguanaFindings(reading))).toEqual([`leaseState ${level}`]);
  });

  test.each([
    ["waiting-for-rpc", "doubtful"],
    ["registering", "doubtful"],
    ["outdated", "bad"],
    ["error", "bad"],
  ])("that is %s is %s", (state, level) => {
    expect(short(iguanaFindings({ ...GOOD, state, detail: "reason" }))).toEqual([`iguanaState ${level}`]);
  });

  test("is compared with the heights of daemons that answer", () => {
    const at = (height: number) => short(iguanaFindings(GOOD, { KMD: { height } }));
    expect(at(102)).toEqual([]);
    expect(at(103)).toEqual(["iguanaLag doubtful"]);
    expect(at(120)).toEqual(["iguanaLag bad"]);
    const silence = { kind: "down", detail: "", since: "" } as const;
    expect(iguanaFindings(GOOD, { KMD: { height: 200, silence } })).toEqual([]);
    expect(texts(iguanaFindings(GOOD, { KMD: { height: 103 } }))).toBe(
      "sees KMD at height 100, 3 blocks behind its daemon; it should be less than 3",
    );
  });
});

describe("certificates", () => {
  test.each([
    [60, []],
    [59, ["certificate doubtful"]],
    [14, ["certificate doubtful"]],
    [13, ["certificate bad"]],
    [-1, ["certificate bad"]],
  ])("with %i days left: %j", (days, findings) => {
    expect(short(certificateFindings({ "east-kmd": days }))).toEqual(findings);
  });

  test("are named by their workload", () => {
    expect(texts(certificateFindings({ a: 1, b: -3, c: 500 }))).toBe(
      "the certificate of a ends in 1 day; `pulumi up` renews it\n" +
        "the certificate of b has ended, so its links do not work; `pulumi up` renews it",
    );
  });
});

describe("a host", () => {
  const GOOD: HostReading = {
    memory: { totalBytes: 64 * GIB, availableBytes: 30 * GIB },
    disk: { totalBytes: 1000 * GIB, freeBytes: 400 * GIB },
    clockAheadSeconds: 0.4,
    cores: 8,
    load: 3,
  };

  test("as a platform sees it can be judged", () => {
    const seen: SeenHost = { name: "alpha", ...GOOD };
    expect(hostFindings(seen, 40 * GIB)).toEqual([]);
    expect(hostFindings({ name: "beta" } as SeenHost, undefined)).toEqual([]);
  });

  test("that does not answer costs one line", () => {
    const problem = "host alpha does not answer; is it up?";
    expect(hostFindings({ ...GOOD, problem, load: 99 }, 99 * GIB)).toEqual([
      { of: "host", level: "bad", text: problem },
    ]);
  });

  test.each([
    [1000, 101, []],
    // A large disk with 3 % free still has room.
    [5000, 120, []],
    [1000, 99, ["diskFreeShare doubtful"]],
    [100, 20, ["diskFreeBytes doubtful"]],
    [100, 5, ["diskFreeBytes bad"]],
    [2000, 60, ["diskFreeShare bad"]],
    [3000, 15, ["diskFreeShare bad"]],
  ])("with a disk of %i GiB and %i GiB free: %j", (total, free, findings) => {
    const disk = { totalBytes: total * GIB, freeBytes: free * GIB };
    expect(short(hostFindings({ ...GOOD, disk }, undefined))).toEqual(findings);
  });

  test.each([
    [57, []],
    [57.6, ["memoryPlaced doubtful"]],
    [64, ["memoryPlaced bad"]],
  ])("with 64 GiB of memory and %d GiB placed on it: %j", (placed, findings) => {
    expect(short(hostFindings(GOOD, placed * GIB))).toEqual(findings);
  });

  test("says the numbers of what is placed on it", () => {
    expect(texts(hostFindings(GOOD, 70 * GIB))).toBe(
      "what is placed on it may use 70 GiB of its 64 GiB of memory; it should be less than 90 %",
    );
  });

  test.each([
    [{ clockAheadSeconds: 4.9 }, []],
    [{ clockAheadSeconds: -5 }, ["clock doubtful"]],
    [{ clockAheadSeconds: 60 }, ["clock bad"]],
    [{ load: 15.9 }, []],
    [{ load: 16 }, ["load doubtful"]],
    [{ load: 64 }, ["load bad"]],
    [{ load: 64, cores: undefined }, []],
    [{ memory: { totalBytes: 64 * GIB, availableBytes: 6.4 * GIB } }, ["memoryFreeShare doubtful"]],
    [{ memory: { totalBytes: 64 * GIB, availableBytes: 1 * GIB } }, ["memoryFreeShare bad"]],
    [{ complaints: ["DiskPressure"] }, ["complaint doubtful"]],
  ])("%j: %j", (change, findings) => {
    expect(short(hostFindings({ ...GOOD, ...change }, undefined))).toEqual(findings);
  });

  test("says which way its clock is off", () => {
    expect(texts(hostFindings({ clockAheadSeconds: -90 }, undefined))).toContain(
      "its clock is 90 s behind this machine's",
    );
  });
});

describe("a container", () => {
  const NOW = new Date("2026-11-01T12:00:00Z");
  const GOOD: ContainerReading = { state: "running", restarts: 0 };
  const started = (secondsAgo: number) => new Date(NOW.getTime() - secondsAgo * 1000);
  const of = (change: Partial<ContainerReading>) => containerFindings({ ...GOOD, ...change }, NOW);

  test("as a platform sees it can be judged", () => {
    const seen: SeenContainer = {
      ...GOOD,
      host: "alpha",
      workload: "east-kmd",
      name: "east-kmd",
      image: "x",
    };
    expect(containerFindings(seen, NOW)).toEqual([]);
  });

  test.each([
    [{ state: "stopped" as const }, ["stopped bad"]],
    [{ state: "starting" as const }, ["starting doubtful"]],
    [{ state: "starting" as const, restarts: 3 }, ["starting bad"]],
    [{ restarts: 1, startedAt: started(3599) }, ["restarts doubtful"]],
    [{ restarts: 2, startedAt: started(10) }, ["restarts doubtful"]],
    [{ restarts: 3, startedAt: started(10) }, ["restarts bad"]],
    [{ restarts: 30, startedAt: started(3600) }, []],
    [{ restarts: 3 }, ["restarts bad"]],
  ])("%j: %j", (change, findings) => {
    expect(short(of(change))).toEqual(findings);
  });

  test("says once how it ended, also if the platform says it in the same words, and what that means", () => {
    const why = "it ended with 69, and Docker starts it again";
    const lastExit = { code: 69, outOfMemory: false };
    expect(texts(of({ state: "starting", restarts: 4, why, lastExit }))).toBe(
      `is starting, and was started again 4 times before: ${why}; a file that the daemon needs is missing or wrong`,
    );
  });

  test("knows every code of the entry point, but that of a call of its own without a daemon", () => {
    const script = readFileSync("runtime/entrypoint.sh", "utf8");
    const codes = new Set([...script.matchAll(/\bfail (\d+) /g)].map(([, code]) => code));
    codes.delete("64");
    expect(Object.keys(ENTRYPOINT_EXITS)).toEqual([...codes].sort((a, b) => Number(a) - Number(b)));
  });

  test("says how it ended, and what to do if that was the memory", () => {
    const lastExit = { code: 137, outOfMemory: true };
    expect(texts(of({ state: "starting", restarts: 4, lastExit, memoryBytes: 2 * GIB }))).toBe(
      "is starting, and was started again 4 times before: the kernel killed it at its limit of memory of 2048 MiB; raise its memory in the config",
    );
    expect(texts(of({ state: "stopped", why: "by hand", lastExit: { code: 0, outOfMemory: false } }))).toBe(
      "does not run: by hand; it ended with 0; it stays down until it is started",
    );
  });
});
