import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test, vi } from "vitest";
import { step } from "../../dev/progress";
import { recorder, scratch } from "./toolchain/scratch";

afterEach(() => {
  vi.useRealTimers();
});

describe("a step", () => {
  test("without a terminal says that it starts, lives and ends", async () => {
    const display = recorder();
    const logFile = join(await scratch(), "log");
    vi.useFakeTimers();
    const work = () => new Promise((resolve) => setTimeout(() => resolve("built"), 25_000));
    const building = step("Building", work, { display, logFile, heartbeat: 10_000 });
    await vi.advanceTimersByTimeAsync(25_000);
    expect(await building).toBe("built");
    expect(display.text).toBe(
      "Building …\nBuilding: still running after 10 s\nBuilding: still running after 20 s\nBuilding: done in 25 s\n",
    );
  });

  test("on a terminal keeps to one line, no longer than it is wide, with what the program said last", async () => {
    const display = recorder(true);
    const work = (log: { write(text: string): void }) => {
      log.write(`first\n${"long ".repeat(40)}\n`);
      return sleep(700);
    };
    await step("Building", work, { display, logFile: join(await scratch(), "log") });
    expect(display.text.match(/\n/g)).toHaveLength(1);
    const lines = display.text.split("\r\x1b[K").filter((line) => line !== "");
    expect(lines[0]).toMatch(/^Building … \d s {2}long long/);
    expect(Math.max(...lines.map((line) => line.trimEnd().length))).toBeLessThan(60);
    expect(lines.at(-1)).toMatch(/^Building: done in \d s\n$/);
  });

  test("when it fails shows the end of the program's output and where the whole is", async () => {
    const display = recorder();
    const logFile = join(await scratch(), "log");
    const script = "for i in $(seq 40); do echo line $i; done; echo went wrong >&2; exit 3";
    const failing = step("Building", (log) => log.run("sh", ["-c", script]), { display, logFile });
    await expect(failing).rejects.toThrow("sh -c ended with exit code 3");
    expect(display.text).toMatch(/Building: failed after \d+ s\n {2}\| line 12\n/);
    expect(display.text).toContain("  | line 40\n  | went wrong\n");
    expect(display.text).not.toContain("line 11\n");
    expect(display.text).toContain(`The whole log is in ${logFile}`);
    expect(await readFile(logFile, "utf8")).toContain("line 1\n");
  });

  test("names a program that is not there", async () => {
    const options = { display: recorder(), logFile: join(await scratch(), "log") };
    await expect(step("Building", (log) => log.run("no-such-program", []), options)).rejects.toThrow(
      /no-such-program.*ENOENT/,
    );
  });

  test("ends a program that takes too long", async () => {
    const options = { display: recorder(), logFile: join(await scratch(), "log") };
    const slow = step("Downloading", (log) => log.run("sleep", ["30"], { timeout: 100 }), options);
    await expect(slow).rejects.toThrow("it took too long");
  });

  test("gives its program the directory and the environment asked for", async () => {
    const directory = await scratch();
    const logFile = join(directory, "log");
    const program = { cwd: directory, env: { GREETING: "hello" } };
    await step("Building", (log) => log.run("sh", ["-c", 'echo "$GREETING from $PWD"'], program), {
      display: recorder(),
      logFile,
    });
    await expect.poll(() => readFile(logFile, "utf8")).toContain(`hello from ${directory}`);
  });
});
