import { readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { beforeEach, expect, test } from "vitest";
import { FileLock } from "../../../runtime/provision/FileLock";
import { temporaryDirectory, testRun } from "./testRun";

let base = "";
let directory = "";
beforeEach(() => {
  directory = temporaryDirectory();
  base = join(directory, "file");
});

test("one works at a time, for longer than a lock without a sign of life is kept", async () => {
  let working = 0;
  const run = testRun();
  const work = async () => {
    expect(++working).toBe(1);
    // 20 s by the run's clock.
    await setTimeout(100);
    working--;
  };
  await Promise.all([1, 2, 3, 4].map(() => FileLock.hold(base, "a file", run, work)));
  expect(run.said().split("\n")).toEqual(Array(3).fill("a file: another program is at it; this one waits."));
  expect(readdirSync(directory)).toEqual([]);
});

test("of many that wait for a killed holder, one follows at a time", async () => {
  writeFileSync(`${base}.lock.41`, "");
  let working = 0;
  let most = 0;
  // Half a second of real time, in which a busy machine surely gives a sign of life.
  const run = testRun(undefined, { stale: 100_000 });
  const began = run.clock.now();
  const firstAt: number[] = [];
  await Promise.all(
    Array.from({ length: 20 }, () =>
      FileLock.hold(base, "a file", run, async () => {
        firstAt.push(run.clock.now() - began);
        most = Math.max(most, ++working);
        await setTimeout(5);
        working--;
      }),
    ),
  );
  expect(most).toBe(1);
  expect(firstAt[0]).toBeGreaterThanOrEqual(run.patience.stale);
  expect(readdirSync(directory)).toEqual([]);
});

test("a lock that is taken again does not look like the one before, even with its path and inode", async () => {
  const run = testRun();
  const timeOfFirstBeat = () =>
    FileLock.hold(base, "a file", run, async () => {
      await setTimeout(2);
      return statSync(`${base}.lock.1`).mtimeMs;
    });
  const [first, second] = [await timeOfFirstBeat(), await timeOfFirstBeat()];
  // Less than a minute of signs of life could have brought the one to the other.
  expect(Math.abs(first - second)).toBeGreaterThan(60_000);
});

test("what the work throws is thrown, and the lock is free", async () => {
  const run = testRun();
  await expect(FileLock.hold(base, "a", run, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(readdirSync(directory)).toEqual([]);
});

test("whoever waits can be ended", async () => {
  writeFileSync(`${base}.lock.1`, "");
  const run = testRun();
  const waiting = FileLock.hold(base, "a", run, async () => undefined);
  run.end();
  await expect(waiting).rejects.toThrow();
  expect(readdirSync(directory)).toEqual(["file.lock.1"]);
});
