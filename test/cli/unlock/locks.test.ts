import { spawn } from "node:child_process";
import { once } from "node:events";
import { hostname } from "node:os";
import { describe, expect, test } from "vitest";
import { type FoundProcess, holderOf, type Lock, lockText, parseLocks } from "../../../cli/unlock/locks";
import { processesHere } from "../../../cli/unlock/processes";

const SAID = `error: the stack is currently locked by 2 lock(s). Either wait for the other process(es) to end or delete the lock file with \`pulumi cancel\`.
  file:///states/.pulumi/locks/organization/dokomodo/east/1b0e.json: created by ops@build-1 (pid 4711) at 2026-11-30T03:14:15Z
  s3://bucket/.pulumi/locks/organization/dokomodo/east/77aa.json?region=eu: created by EXAMPLE\\me@home@laptop (pid 12) at 2026-11-30T05:14:15+02:00
`;
const LOCK: Lock = {
  where: "s3://bucket/1b0e.json",
  user: "ops",
  machine: "build-1",
  pid: 4711,
  since: new Date("2026-11-30T03:14:15Z"),
};

test("reads the locks that Pulumi names", () => {
  expect(parseLocks(SAID)).toEqual([
    { ...LOCK, where: "file:///states/.pulumi/locks/organization/dokomodo/east/1b0e.json" },
    {
      where: "s3://bucket/.pulumi/locks/organization/dokomodo/east/77aa.json?region=eu",
      user: "EXAMPLE\\me@home",
      machine: "laptop",
      pid: 12,
      since: LOCK.since,
    },
  ]);
  expect(parseLocks("error: no stack named 'east' found")).toEqual([]);
});

describe("the holder of a lock", () => {
  const holder = (found: FoundProcess | undefined, lock: Partial<Lock> = {}, machine = "build-1") =>
    holderOf({ ...LOCK, ...lock }, { machine, find: () => found });
  const later = new Date(LOCK.since.getTime() + 10_000);

  test.each([
    ["a machine of another name", {}, {}, "laptop", "elsewhere"],
    ["machines that nobody gave a name", {}, { machine: "localhost" }, "localhost", "elsewhere"],
    [
      "the same with a state on this machine",
      {},
      { machine: "localhost", where: "file:///a.json" },
      "localhost",
      "alive",
    ],
    ["a process of which nothing is known", {}, {}, "build-1", "alive"],
    [
      "the process that made it",
      { program: "pulumi", began: new Date(LOCK.since.getTime() - 900) },
      {},
      "build-1",
      "alive",
    ],
    ["another program that began later", { program: "nginx", began: later }, {}, "build-1", "dead"],
    ["a Pulumi that seems to have begun later", { program: "pulumi", began: later }, {}, "build-1", "alive"],
    [
      "another name of a program that began before",
      { program: "exe", began: LOCK.since },
      {},
      "build-1",
      "alive",
    ],
  ])("%s", (_, found, lock, machine, expected) => {
    expect(holder(found, lock, machine)).toBe(expected);
  });

  test("a process that has ended", () => expect(holder(undefined)).toBe("dead"));
});

test("finds the processes of this machine, and not those that have ended", async () => {
  const { machine, find } = processesHere();
  expect(machine).toBe(hostname());
  const child = spawn("sleep", ["60"]);
  const found = find(child.pid ?? 0);
  expect(found?.program).toBe("sleep");
  expect(Math.abs((found?.began?.getTime() ?? 0) - Date.now())).toBeLessThan(5000);
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(find(child.pid ?? 0)).toBeUndefined();
});

test.each([
  [10_000, "less than a minute"],
  [12 * 60_000, "12 min"],
  [125 * 60_000, "2 h 5 min"],
  [50 * 3_600_000, "2 d 2 h"],
])("says since when, after %d ms", (milliseconds, expected) => {
  expect(lockText(LOCK, new Date(LOCK.since.getTime() + milliseconds))).toBe(
    `ops on machine build-1, process 4711, for ${expected} (since 2026-11-30 03:14 UTC)`,
  );
});
