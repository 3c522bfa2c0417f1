import { spawn } from "node:child_process";
import { copyFile, readFile, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { afterEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { exists } from "../../../dev/toolchain/cache";
import { removeStalePidFile, startDockerd } from "../../../dev/toolchain/dockerd";
import { scratch, writeScript } from "./scratch";

afterEach(() => vi.unstubAllEnvs());

/** A process whose program has the given name, and a pid file that names it. */
async function pidFileOf(program: string): Promise<string> {
  const directory = await scratch();
  const copy = join(directory, program);
  await copyFile("/bin/sleep", copy);
  const child = spawn(copy, ["60"], { stdio: "ignore" });
  onTestFinished(() => void child.kill());
  await new Promise((started) => child.on("spawn", started));
  const file = join(directory, "docker.pid");
  await writeFile(file, `${child.pid}\n`);
  return file;
}

describe("the pid file of an engine that was killed", () => {
  test("is removed if another program has its pid, because dockerd would not start", async () => {
    const file = await pidFileOf("node");
    await removeStalePidFile(file);
    expect(await exists(file)).toBe(false);
  });

  test("stays if a dockerd has its pid", async () => {
    const file = await pidFileOf("dockerd");
    await removeStalePidFile(file);
    expect(await exists(file)).toBe(true);
  });

  test.each(["", "two", "999999999"])("stays if it says %j, which dockerd copes with", async (text) => {
    const file = join(await scratch(), "docker.pid");
    await writeFile(file, text);
    await removeStalePidFile(file);
    expect(await exists(file)).toBe(true);
  });

  test("may be absent", async () => {
    await expect(removeStalePidFile(join(await scratch(), "docker.pid"))).resolves.toBeUndefined();
  });
});

test("an engine that ends at once is noticed, and its log says why", async () => {
  const directory = await scratch();
  await writeScript(join(directory, "dockerd"), "echo 'failed to start daemon: no such driver' >&2; exit 1");
  vi.stubEnv("PATH", `${directory}${delimiter}${process.env["PATH"]}`);
  vi.stubEnv("DOKOMODO_CACHE", directory);
  const { log, hasEnded } = await startDockerd();
  await expect.poll(hasEnded).toBe(true);
  expect(await readFile(log, "utf8")).toBe("failed to start daemon: no such driver\n");
});

test("an engine that cannot be run has ended", async () => {
  const directory = await scratch();
  vi.stubEnv("PATH", directory);
  vi.stubEnv("DOKOMODO_CACHE", directory);
  const { hasEnded } = await startDockerd();
  await expect.poll(hasEnded).toBe(true);
});
