import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FakePulumi } from "../fakePulumi";
import { dokomodo, type Ran } from "../run";

/** A process that no machine has: the largest number of the kernel is 2^22 (proc(5), pid_max). */
const NOBODY = 2 ** 22 + 1;
const DEAD = `a.json: created by ops@${hostname()} (pid ${NOBODY}) at 2026-11-30T03:14:15Z`;
const ALIVE = `b.json: created by ops@${hostname()} (pid ${process.pid}) at 2999-01-01T00:00:00Z`;
const ELSEWHERE = "c.json: created by runner@build-1 (pid 12) at 2026-11-30T03:14:15Z";

let directory: string;
let pulumi: FakePulumi;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "dokomodo-unlock-"));
  writeFileSync(join(directory, "Pulumi.yaml"), "name: dokomodo\nruntime: nodejs\n");
  writeFileSync(join(directory, "assetchains.yaml"), "chains:\n  - { ac_name: BEER, ac_supply: 1 }\n");
  writeFileSync(
    join(directory, "Pulumi.east.yaml"),
    `config:
  dokomodo:development: true
  dokomodo:hosts:
    - { name: alpha, docker: "unix:///nowhere/docker.sock", address: 192.0.2.1 }
  dokomodo:images: { proxy: haproxy, agent: node }
  dokomodo:daemons:
    komodod: { image: komodod }
  dokomodo:nodes:
    - { name: east, host: alpha, chains: [BEER] }
`,
  );
  pulumi = new FakePulumi(join(directory, "bin"));
  pulumi.logIn("s3://bucket");
  pulumi.hasPending([]);
});
afterEach(() => rmSync(directory, { recursive: true }));

function unlock(...args: readonly string[]): Ran {
  const env = { PATH: `${pulumi.folder}:${process.env["PATH"]}` };
  return dokomodo(["unlock", ...args], "", { cwd: directory, env });
}
const asked = (command: string) => pulumi.commands().filter((each) => each.startsWith(command)).length;

test("says that a stack is free", () => {
  const { status, stdout } = unlock();
  expect(stdout).toBe("Stack east is free, and nothing was left half done.\n");
  expect([status, asked("cancel"), asked("refresh")]).toEqual([0, 0, 0]);
});

test("lifts the lock of a process of this machine that has ended", () => {
  pulumi.isLocked(DEAD);
  const { status, stdout } = unlock();
  expect(stdout).toMatch(
    new RegExp(
      `^Stack east is locked by ops on machine ${hostname()}, process ${NOBODY}, for .* \\(since 2026-11-30 03:14 UTC\\)\\. ` +
        "It has ended on this machine, and has not given the lock back\\.\nThe lock is lifted\\.\nStack east is free",
    ),
  );
  expect([status, asked("cancel")]).toEqual([0, 1]);
});

test("leaves the lock of a process that runs, with --yes as well, and says how to end it", () => {
  pulumi.isLocked(DEAD, ALIVE);
  const { status, stdout } = unlock("--yes");
  expect(stdout).toContain("It still runs on this machine.");
  expect(stdout).toContain(
    `Nothing was changed. Wait until it has ended, or end it with Ctrl-C there or \`kill -INT ${process.pid}\``,
  );
  expect([status, asked("cancel"), asked("refresh")]).toEqual([2, 0, 0]);
});

test("lifts the lock of another machine only when it is told so", () => {
  pulumi.isLocked(ELSEWHERE);
  const first = unlock();
  expect(first.stdout).toContain("Stack east is locked by runner on machine build-1, process 12");
  expect(first.stdout).toContain("Look on build-1 whether the process runs");
  expect([first.status, asked("cancel")]).toEqual([2, 0]);
  const second = unlock("--yes");
  expect(second.stdout).toContain("The lock is lifted.");
  expect([second.status, asked("cancel")]).toEqual([0, 1]);
});

test("says what was begun, and compares the state with what is there", () => {
  const urn = "urn:pulumi:east::dokomodo::random:index/randomPassword:RandomPassword::east-beer-rpcpassword";
  const type = "random:index/randomPassword:RandomPassword";
  pulumi.hasPending([{ type: "creating", resource: { urn, type, inputs: {} } }]);
  const { status, stdout } = unlock();
  expect(stdout).toBe(
    "The last run was interrupted. It was creating random:RandomPassword east-beer-rpcpassword.\n" +
      "Pulumi compares its state with what is there.\nTHE REFRESH\n" +
      "Mended. `pulumi up --stack east` does the rest.\n",
  );
  expect(status).toBe(0);
  expect(pulumi.commands().at(-1)).toMatch(/^refresh .*--clear-pending-creates/);
});

test("passes on why Pulumi does not answer", () => {
  pulumi.failFor("stack rename");
  const { status, stderr } = unlock();
  expect([status, stderr]).toEqual([1, "pulumi stack rename: error: no luck today\n"]);
});
