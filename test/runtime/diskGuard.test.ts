import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { holdIn } from "../../platforms/entrypointLog";
import { saidBy } from "./processes";
import { ENTRYPOINT, NOBODY, SHELLS } from "./shells";

/** The directory of the guarded disk. Nothing is there, because `df` is one of this test. */
const DATA = "/data of the daemon";
/** A program that ends in order, and says so. */
const DAEMON = ["sh", "-c", "trap 'echo ended in order; exit 0' TERM; echo up; while :; do sleep 0.05; done"];

/** Shells that take the first `df` on PATH. Debian's busybox always takes its own. */
const shells = SHELLS.filter(([program = "", ...args]) => {
  const look = [...args, "-c", "PATH=/absent; df -Pk / 2>&1 || :"];
  const { status, stdout } = spawnSync(program, look, { encoding: "utf8" });
  return status === 0 && !stdout.includes("%");
});

test("there is a shell to test with", () => expect(shells.length).toBeGreaterThan(0));

describe.each(shells)("the disk guard, with %s", (shell, ...shellArguments) => {
  let root = "";
  let run = "";
  let home = "";
  let bin = "";
  const started: ChildProcess[] = [];

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "dokomodo-guard-"));
    run = join(root, "run");
    home = join(root, "home");
    bin = join(root, "bin");
    for (const directory of [root, run, home, bin]) {
      mkdirSync(directory, { recursive: true });
      if (NOBODY.uid !== undefined) chownSync(directory, NOBODY.uid, NOBODY.gid ?? 0);
    }
    writeFileSync(join(run, "files"), "elected\n");
    mkdirSync(join(run, "home"));
    writeFileSync(join(run, "home", "elected"), "{}");
    writeFileSync(join(run, "volume"), `${DATA}\n`);
    limits("100 200 100 100");
  });
  afterEach(() => {
    for (const child of started.splice(0)) child.kill("SIGTERM");
    rmSync(root, { recursive: true, force: true });
  });

  function limits(text: string): void {
    writeFileSync(join(run, "guard"), `${text}\n`);
  }

  /** Makes `df` say that so much is free of 10,000 MiB, or do what a script says. */
  function disk(answer: number | string): void {
    const script =
      typeof answer === "string"
        ? answer
        : `echo "Filesystem 1024-blocks Used Available Capacity Mounted on"
echo "C: a disk ${10_000 * 1024} 5 ${answer * 1024} 47% ${DATA}"`;
    // It is put in place as a whole, because the loop may look at any time.
    writeFileSync(join(bin, "new"), `#!/bin/sh\n[ "$*" = "-Pk ${DATA}" ] || exit 9\n${script}\n`);
    chmodSync(join(bin, "new"), 0o755);
    renameSync(join(bin, "new"), join(bin, "df"));
  }

  function options(path: string) {
    return { ...NOBODY, env: { PATH: path, HOME: home, DOKOMODO_RUN: run } };
  }

  function start(command: readonly string[] = DAEMON) {
    const path = `${bin}:${process.env["PATH"]}`;
    const child = spawn(shell, [...shellArguments, ENTRYPOINT, ...command], options(path));
    started.push(child);
    const said = saidBy(child);
    const ended = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
    const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
    return { child, said, ended, closed };
  }

  test("stops the daemon when less is free than the limit, and says why", async () => {
    disk(200);
    const { said, ended, closed } = start();
    await expect.poll(() => said.out, { timeout: 5000 }).toBe("up\n");
    disk(100);
    await sleep(2500);
    expect(said).toEqual({ out: "up\n", error: "" });
    disk(99);
    expect(await ended).toBe(0);
    await closed;
    expect(said.out).toBe("up\nended in order\n");
    expect(said.error).toMatch(
      /^entrypoint: The disk guard stops the daemon: 99 MiB are free on the disk of \/data of the daemon, and the limit is 100 MiB\. .*\n$/,
    );
  });

  test("signals a daemon that takes long once", async () => {
    disk(250);
    const slow =
      "trap 'echo told' TERM; echo up; n=0; while [ $n -lt 80 ]; do sleep 0.05; n=$((n+1)); done; exit 0";
    const { said, ended, closed } = start(["sh", "-c", slow]);
    await expect.poll(() => said.out, { timeout: 5000 }).toBe("up\n");
    disk(1);
    expect(await ended).toBe(0);
    await closed;
    expect(said.out).toBe("up\ntold\n");
  });

  test("holds a daemon for which there is too little room, starts nothing by itself, and ends with 0", async () => {
    disk(199);
    const { child, said, ended, closed } = start();
    await expect.poll(() => said.error, { timeout: 5000 }).toMatch(/restart this container\.\n$/);
    expect(holdIn(said.error)).toBe(
      `The disk guard holds the daemon: 199 MiB are free on the disk of ${DATA}, and it starts with 200 MiB or more. ` +
        "Make room there, then restart this container.",
    );
    disk(5000);
    await sleep(1500);
    expect(said.out).toBe("");
    expect(existsSync(join(home, "elected"))).toBe(false);
    child.kill("SIGTERM");
    expect(await ended).toBe(0);
    await closed;
    const again = start();
    await expect.poll(() => again.said.out, { timeout: 5000 }).toBe("up\n");
    expect(holdIn(again.said.error)).toBeUndefined();
  });

  test("goes by shares of a small disk", async () => {
    limits("1024 2048 5 10");
    disk(999);
    const { said } = start();
    await expect.poll(() => said.error, { timeout: 5000 }).toMatch(/it starts with 1000 MiB or more/);
    disk(1000);
    const enough = start();
    await expect.poll(() => enough.said.out, { timeout: 5000 }).toBe("up\n");
    disk(499);
    expect(await enough.ended).toBe(0);
  });

  test.each([
    ["is missing in the image", undefined],
    ["fails", "exit 1"],
    ["knows no size", `echo "nothing - - - - ${DATA}"`],
  ])("is absent, and the daemon runs, if df %s", (_, script) => {
    const tools = join(root, "tools");
    mkdirSync(tools);
    const places = String(process.env["PATH"]).split(":");
    const find = (tool: string) => places.map((place) => join(place, tool)).find((file) => existsSync(file));
    for (const tool of ["sh", "cat", "mkdir", "mv", "rm", "id", "true"])
      symlinkSync(find(tool) ?? "", join(tools, tool));
    if (script !== undefined) disk(script);
    const result = spawnSync(find(shell) ?? "", [...shellArguments, ENTRYPOINT, "true"], {
      ...options(`${bin}:${tools}`),
      encoding: "utf8",
    });
    expect(result.status).toBe(0);
    expect(result.stderr).toBe(
      `entrypoint: There is no disk guard: \`df -Pk ${DATA}\` says nothing of use in this image.\n`,
    );
  });

  test("ends soon after the daemon, is no child of it, and keeps no output of it open", async () => {
    disk(9000);
    const began = Date.now();
    const { said, closed } = start([
      "sh",
      "-c",
      "cat /proc/$$/task/$$/children; echo up; sleep 1; echo done",
    ]);
    await closed;
    // The loop looks every five seconds whether the daemon is there.
    expect(Date.now() - began).toBeLessThan(8000);
    // The one child is `cat`.
    expect(said.out).toMatch(/^\d+ +up\ndone\n$/);
  });

  test("holds nothing up where df hangs", async () => {
    disk(250);
    const { said, ended } = start(["sh", "-c", "echo up; sleep 3; exit 7"]);
    await expect.poll(() => said.out, { timeout: 5000 }).toBe("up\n");
    disk("exec sleep 5");
    expect(await ended).toBe(7);
  });
});
