import { type ChildProcess, spawn } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { holdIn, waitIn } from "../../platforms/entrypointLog";
import { exitOf, saidBy } from "./processes";
import { ENTRYPOINT, NOBODY, SHELLS } from "./shells";

const DAEMON = ["sh", "-c", "echo up"];
const BOOT = "8e1cc70e-10d7-42db-acdd-74517a73690d";
const OTHER_BOOT = "00000000-0000-4000-8000-000000000000";
/** With these, chance is no pause before the first look, and one second between looks. */
const SHORTEST = "00000000-0000-4000-8000-000000000000";
/** Seconds after which a daemon starts on any host. */
const LIMIT = 300;
/** With these, the pause before the first look is 10 s. */
const LONG = "0000000a-0000-4000-8000-000000000000";

test("there is a shell to test with", () => expect(SHELLS.length).toBeGreaterThan(0));

describe.each(SHELLS)("a daemon's turn after a boot, with %s", (shell, ...shellArguments) => {
  let root = "";
  let proc = "";
  const started: ChildProcess[] = [];

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "dokomodo-turn-"));
    chmodSync(root, 0o755);
    proc = join(root, "proc");
    mkdirSync(join(proc, "sys/kernel/random"), { recursive: true });
    kernel("sys/kernel/random/boot_id", `${BOOT}\n`);
    kernel("sys/kernel/random/uuid", `${SHORTEST}\n`);
    kernel("uptime", "500.25 900.00\n");
    threads(100);
  });
  afterEach(async () => {
    for (const child of started.splice(0)) child.kill("SIGTERM");
    rmSync(root, { recursive: true, force: true });
  });

  /** Puts a file of the kernel in place as a whole, because it may be read at any time. */
  function kernel(path: string, text: string): void {
    writeFileSync(join(root, "new"), text);
    renameSync(join(root, "new"), join(proc, path));
  }

  /** Makes the host one of a single processor on which so many other threads run, or wait for a disk. */
  function threads(running: number, blocked = 0): void {
    const lines = readFileSync("/proc/stat", "utf8")
      .replace(/^cpu[1-9].*\n/gm, "")
      .replace(/^procs_running .*/m, `procs_running ${1 + running}`)
      .replace(/^procs_blocked .*/m, `procs_blocked ${blocked}`);
    kernel("stat", lines);
  }

  /** A daemon's volume, with what `.dokomodo-boot` says in it. */
  function volume(boot: string | undefined, name = "one"): string {
    const at = join(root, name, "volume");
    for (const directory of [join(root, name), join(root, name, "run"), join(root, name, "home"), at]) {
      mkdirSync(directory, { recursive: true });
      if (NOBODY.uid !== undefined) chownSync(directory, NOBODY.uid, NOBODY.gid ?? 0);
    }
    writeFileSync(join(root, name, "run/files"), "");
    writeFileSync(join(root, name, "run/volume"), `${at}\n`);
    if (boot !== undefined) writeFileSync(join(at, ".dokomodo-boot"), boot);
    if (boot !== undefined && NOBODY.uid !== undefined)
      chownSync(join(at, ".dokomodo-boot"), NOBODY.uid, NOBODY.gid ?? 0);
    return at;
  }

  function start(command: readonly string[] = DAEMON, name = "one") {
    const env = {
      PATH: `${join(root, "bin")}:${process.env["PATH"]}`,
      HOME: join(root, name, "home"),
      DOKOMODO_RUN: join(root, name, "run"),
      DOKOMODO_PROC: proc,
    };
    const child = spawn(shell, [...shellArguments, ENTRYPOINT, ...command], { ...NOBODY, env });
    started.push(child);
    return { child, said: saidBy(child), ended: exitOf(child) };
  }

  const lastBoot = () => readFileSync(join(root, "one/volume/.dokomodo-boot"), "utf8");

  test.each([
    ["the boot is that of the last start", `${BOOT}\n`],
    ["nobody knows the last start", undefined],
    ["what is known of the last start is empty", ""],
    ["what is known of the last start is damaged", `${OTHER_BOOT.slice(0, 30)}\n`],
    ["what is known of the last start is something else", "\u0000\u0001$(exit 9)\nx\n"],
  ])("there is none if %s", async (_, boot) => {
    kernel("sys/kernel/random/uuid", `${LONG}\n`);
    volume(boot);
    const began = Date.now();
    const { said, ended } = start();
    expect(await ended).toBe(0);
    expect(Date.now() - began).toBeLessThan(3000);
    expect(said).toEqual({ out: "up\n", error: "" });
    expect(lastBoot()).toBe(`${BOOT}\n`);
  });

  test.each([
    ["does not name its boots", () => rmSync(join(proc, "sys"), { recursive: true })],
    ["does not say for how long it runs", () => rmSync(join(proc, "uptime"))],
    ["does not say what runs", () => rmSync(join(proc, "stat"))],
  ])("there is none on a kernel that %s", async (_, lack) => {
    volume(`${OTHER_BOOT}\n`);
    lack();
    const { said, ended } = start();
    expect(await ended).toBe(0);
    expect(said.out).toBe("up\n");
  });

  test("there is none in a volume that cannot be written to, because it would be there at each start", async () => {
    const at = volume(`${OTHER_BOOT}\n`);
    if (NOBODY.uid !== undefined) chownSync(join(at, ".dokomodo-boot"), 0, 0);
    chmodSync(join(at, ".dokomodo-boot"), 0o444);
    const { said, ended } = start();
    expect(await ended).toBe(0);
    expect(said).toEqual({ out: "up\n", error: "" });
  });

  test.each([
    ["run", [2, 0]],
    ["wait for a disk", [0, 2]],
  ] as const)(
    "is waited for while two threads %s for each processor, and only once",
    async (_, [run, wait]) => {
      threads(run, wait);
      volume(`${OTHER_BOOT}\n`);
      const { said, ended } = start();
      await expect.poll(() => said.error, { timeout: 5000 }).toMatch(/\n$/);
      await sleep(2500);
      expect(said.out).toBe("");
      expect(waitIn(said.error)).toBe(
        "The daemon waits for its turn, because all daemons of a host are started at once after a boot. " +
          `It starts when the host is less busy, and in ${LIMIT} s at the latest.`,
      );
      kernel("uptime", "517.01 900.00\n");
      threads(1);
      expect(await ended).toBe(0);
      expect(said.out).toBe("up\n");
      expect(said.error.split("\n").slice(1)).toEqual([
        "entrypoint: The daemon starts. It waited 17 s for its turn.",
        "",
      ]);
      threads(100);
      const again = start();
      expect(await again.ended).toBe(0);
      expect(again.said).toEqual({ out: "up\n", error: "" });
    },
  );

  test("comes on a host that is always busy, too", async () => {
    volume(`${OTHER_BOOT}\n`);
    const { said, ended } = start();
    await expect.poll(() => said.error, { timeout: 5000 }).toMatch(/\n$/);
    kernel("uptime", `${500 + LIMIT - 1}.99 900.00\n`);
    await sleep(2500);
    expect(said.out).toBe("");
    kernel("uptime", `${500 + LIMIT}.00 900.00\n`);
    expect(await ended).toBe(0);
    expect(said.out).toBe("up\n");
  });

  test("needs a host the less quiet, the longer it is waited for", async () => {
    threads(6);
    volume(`${OTHER_BOOT}\n`);
    const { said, ended } = start();
    await expect.poll(() => said.error, { timeout: 5000 }).toMatch(/\n$/);
    kernel("uptime", "599.99 900.00\n");
    await sleep(2500);
    expect(said.out).toBe("");
    // Two threads for each processor, and one for each 20 s, are 7.
    kernel("uptime", "600.25 900.00\n");
    expect(await ended).toBe(0);
    expect(said.out).toBe("up\n");
  });

  test("comes at once in an image without sleep", async () => {
    volume(`${OTHER_BOOT}\n`);
    mkdirSync(join(root, "bin"));
    writeFileSync(join(root, "bin/sleep"), "#!/bin/sh\nexit 127\n", { mode: 0o755 });
    const { said, ended } = start();
    expect(await ended).toBe(0);
    expect(said.out).toBe("up\n");
  });

  // Debian's busybox does not take the `df` of a test.
  if (shell !== "busybox")
    test("is that of the disk guard, if the disk becomes full meanwhile", async () => {
      const at = volume(`${OTHER_BOOT}\n`);
      writeFileSync(join(root, "one/run/guard"), "100 200 100 100\n");
      mkdirSync(join(root, "bin"));
      const disk = (free: number) => {
        const said = `echo "Filesystem 1024-blocks Used Available Capacity Mounted on"\necho "/dev/x 10240000 5 ${free * 1024} 47% ${at}"`;
        writeFileSync(join(root, "bin/new"), `#!/bin/sh\n${said}\n`, { mode: 0o755 });
        renameSync(join(root, "bin/new"), join(root, "bin/df"));
      };
      disk(5000);
      const { said } = start();
      await expect.poll(() => said.error, { timeout: 5000 }).toMatch(/\n$/);
      expect(waitIn(said.error)).toMatch(/^The daemon waits/);
      disk(199);
      threads(0);
      await expect.poll(() => holdIn(said.error), { timeout: 5000 }).toMatch(/^The disk guard holds/);
      expect(said.out).toBe("");
    });

  test("SIGTERM ends the wait at once with 0, and the next start does not wait", async () => {
    kernel("sys/kernel/random/uuid", `${LONG}\n`);
    volume(`${OTHER_BOOT}\n`);
    const { child, said, ended } = start();
    await expect.poll(() => said.error, { timeout: 5000 }).toMatch(/\n$/);
    await sleep(300);
    const began = Date.now();
    child.kill("SIGTERM");
    expect(await ended).toBe(0);
    expect(Date.now() - began).toBeLessThan(2000);
    expect(said.out).toBe("");
    const again = start();
    expect(await again.ended).toBe(0);
    expect(again.said).toEqual({ out: "up\n", error: "" });
  });

  test("lets signals reach a daemon that has waited", async () => {
    threads(0);
    volume(`${OTHER_BOOT}\n`);
    const { child, said, ended } = start(["sh", "-c", "echo up; exec sleep 20"]);
    await expect.poll(() => said.out, { timeout: 5000 }).toBe("up\n");
    child.kill("SIGTERM");
    expect(await ended).toBeNull();
  });

  test("eight daemons do not start at once, and each gets its turn", { timeout: 60_000 }, async () => {
    // Chance is that of the kernel here.
    rmSync(join(proc, "sys/kernel/random/uuid"));
    symlinkSync("/proc/sys/kernel/random/uuid", join(proc, "sys/kernel/random/uuid"));
    const busy = join(root, "busy");
    mkdirSync(busy);
    chmodSync(busy, 0o777);
    threads(0);
    const names = [..."abcdefgh"];
    for (const name of names) volume(`${OTHER_BOOT}\n`, name);
    const work = `: >"${busy}/$$"; sleep 1.5; rm "${busy}/$$"; echo done`;
    const daemons = names.map((name) => start(["sh", "-c", work], name));
    let most = 0;
    const isDone = () => daemons.every(({ said }) => said.out === "done\n");
    while (!isDone()) {
      const running = readdirSync(busy).length;
      threads(running);
      most = Math.max(most, running);
      await sleep(20);
    }
    // Two may work at the same time. Others that look before the work of one is seen start as well.
    expect(most).toBeLessThanOrEqual(6);
  });

  test("is not there for a container without a volume", async () => {
    volume(`${OTHER_BOOT}\n`);
    rmSync(join(root, "one/run/volume"));
    const { said, ended } = start();
    expect(await ended).toBe(0);
    expect(said).toEqual({ out: "up\n", error: "" });
    expect(existsSync(join(root, "one/volume/.dokomodo-boot"))).toBe(true);
    expect(lastBoot()).toBe(`${OTHER_BOOT}\n`);
  });
});
