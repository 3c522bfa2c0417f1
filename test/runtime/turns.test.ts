import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const ENTRYPOINT = join(__dirname, "../../runtime/entrypoint.sh");
const SECOND = 1_000_000;

const shells = [["dash"], ["busybox", "sh"]].filter(
  ([program = "", ...args]) => spawnSync(program, [...args, "-c", ":"]).status === 0,
);

test("there is a shell to test with", () => expect(shells.length).toBeGreaterThan(0));

describe.each(shells)("a daemon's turn, with %s", (shell, ...shellArguments) => {
  let root = "";
  let began = 0;
  let ticked = 0;
  /** Seconds since the machine's boot when the test began. */
  let uptime = 20;
  /** The share of time in which processes wait, keyed by resource. */
  let busy: Record<"cpu" | "memory" | "io", number>;
  let clock: NodeJS.Timeout;
  const waited = { cpu: 0, memory: 0, io: 0 };
  const started: ChildProcess[] = [];

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "dokomodo-turns-"));
    chmodSync(root, 0o755);
    for (const name of ["run", "home", "proc/pressure", "proc/sys/kernel/random"])
      mkdirSync(join(root, name), { recursive: true });
    writeFileSync(join(root, "run/files"), "");
    writeFileSync(join(root, "run/turn"), "60\n");
    writeFileSync(join(root, "proc/sys/kernel/random/uuid"), "00000001-0000-4000-8000-000000000000\n");
    uptime = 20;
    busy = { cpu: 0, memory: 0, io: 0 };
    began = Date.now();
    ticked = began;
    tick();
    clock = setInterval(tick, 50);
  });
  afterEach(() => {
    clearInterval(clock);
    for (const child of started.splice(0)) child.kill("SIGKILL");
    rmSync(root, { recursive: true, force: true });
  });

  function tick(): void {
    const seconds = (Date.now() - ticked) / 1000;
    ticked = Date.now();
    write("proc/uptime", `${(uptime + (Date.now() - began) / 1000).toFixed(2)} 1.00\n`);
    for (const resource of ["cpu", "memory", "io"] as const) {
      waited[resource] += Math.round(seconds * SECOND * busy[resource]);
      const line = (share: string) =>
        `${share} avg10=1.00 avg60=1.00 avg300=1.00 total=${waited[resource]}\n`;
      write(`proc/pressure/${resource}`, line("some") + line("full"));
    }
  }

  /** Puts a file in place as a whole, because it may be read at any time. */
  function write(path: string, text: string): void {
    writeFileSync(join(root, "new"), text);
    renameSync(join(root, "new"), join(root, path));
  }

  function start() {
    const environment = { HOME: join(root, "home"), DOKOMODO_RUN: join(root, "run") };
    const env = { ...environment, PATH: process.env["PATH"], DOKOMODO_PROC: join(root, "proc") };
    const child = spawn(shell, [...shellArguments, ENTRYPOINT, "echo", "up"], { env });
    started.push(child);
    const said = { out: "", error: "" };
    child.stdout.on("data", (text: Buffer) => {
      said.out += text;
    });
    child.stderr.on("data", (text: Buffer) => {
      said.error += text;
    });
    const ended = new Promise<number | null>((resolve) => child.once("close", (code) => resolve(code)));
    return { child, said, ended };
  }

  test("comes at once on a machine that runs for long, however busy it is", async () => {
    uptime = 600;
    tick();
    busy.cpu = 1;
    const { said, ended } = start();
    await ended;
    expect(said).toEqual({ out: "up\n", error: "" });
    expect(Date.now() - began).toBeLessThan(900);
  });

  test("comes within seconds, and without a word, on a quiet machine after its boot", async () => {
    busy = { cpu: 0.3, memory: 0.02, io: 0.7 };
    const { said, ended } = start();
    await ended;
    expect(said).toEqual({ out: "up\n", error: "" });
    expect(Date.now() - began).toBeLessThan(4000);
  });

  test.each([
    ["cpu", 1],
    ["memory", 0.5],
    ["io", 1.5],
  ] as const)("comes when others no longer wait for %s", async (resource, share) => {
    busy[resource] = share;
    const { said, ended } = start();
    await sleep(5000);
    expect(said).toEqual({
      out: "",
      error:
        "entrypoint: The machine has just started and is busy. The daemon waits for its turn, for 60 s at most.\n",
    });
    busy[resource] = 0;
    expect(await ended).toBe(0);
    expect(said.out).toBe("up\n");
  });

  test("comes after the most seconds in any case", async () => {
    writeFileSync(join(root, "run/turn"), "4\n");
    busy.cpu = 1;
    const { ended } = start();
    expect(await ended).toBe(0);
    expect(Date.now() - began).toBeGreaterThan(3000);
  });

  test("does not come after SIGTERM, which ends the wait with 0", async () => {
    busy.cpu = 1;
    const { child, said, ended } = start();
    await expect.poll(() => said.error, { timeout: 8000 }).toMatch(/waits for its turn/);
    child.kill("SIGTERM");
    expect(await ended).toBe(0);
    expect(said.out).toBe("");
  });

  test("comes at once where the kernel tells of no pressure", async () => {
    clearInterval(clock);
    rmSync(join(root, "proc/pressure"), { recursive: true });
    const { ended } = start();
    expect(await ended).toBe(0);
    expect(Date.now() - began).toBeLessThan(900);
  });
});
