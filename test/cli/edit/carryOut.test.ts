import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { delimiter, join } from "node:path";
import { describe, expect, test } from "vitest";
import { add, remove } from "../../../cli/edit/chainActions";
import { dokomodo } from "../run";
import { CONFIG, eachInProject, LIST, read, said, shipped, write } from "./project";

eachInProject();

const BIN = join(__dirname, "..", "..", "..", "cli", "bin.cjs");
const ENTRY = JSON.stringify([{ ac_name: "NEWCOIN", ac_supply: "5000" }]);

/** A `pulumi` for the path that shows what it finds in its folder. */
function fakePulumi(further = ""): string {
  mkdirSync("bin");
  write(
    "bin/pulumi",
    `#!/bin/sh\necho "ran $*"\npwd > "${process.cwd()}/where"\ngrep chains: ${CONFIG}\ntail -n 3 ${LIST}\n${further}\n`,
  );
  chmodSync("bin/pulumi", 0o755);
  return `${join(process.cwd(), "bin")}${delimiter}${process.env["PATH"]}`;
}

describe("a change of a stack's files", () => {
  test("is shown and not made with --dry-run", async () => {
    const told = await said(() => add("KV", { dryRun: true }));
    expect(told).toContain("+      chains: [KMD, LTC, BEER, PIZZA, KV]");
    expect(told).toMatch(/Nothing was written\.\n$/);
    expect(read(CONFIG)).toBe(shipped(CONFIG));
  });

  test("is an object for scripts with --json", async () => {
    write("komodo.json", ENTRY);
    const told = JSON.parse(await said(() => add("NEWCOIN", { from: "komodo.json", json: true })));
    expect(told).toMatchObject({
      written: true,
      files: [
        { file: LIST, diff: expect.stringContaining("+  - ac_name: NEWCOIN") },
        { file: CONFIG, diff: expect.stringContaining("+      chains: [KMD, LTC, BEER, PIZZA, NEWCOIN]") },
      ],
    });
    expect(JSON.parse(await said(() => add("NEWCOIN", { json: true })))).toMatchObject({
      written: false,
      files: [],
    });
  });

  test("keeps modes and links, and leaves nothing behind", async () => {
    mkdirSync("real");
    write(`real/${LIST}`, read(LIST));
    rmSync(LIST);
    symlinkSync(join("real", LIST), LIST);
    chmodSync(CONFIG, 0o640);
    write("komodo.json", ENTRY);
    await said(() => add("NEWCOIN", { from: "komodo.json" }));
    expect(statSync(CONFIG).mode & 0o777).toBe(0o640);
    expect(lstatSync(LIST).isSymbolicLink()).toBe(true);
    expect(read(`real/${LIST}`)).toContain("NEWCOIN");
    expect([...readdirSync("."), ...readdirSync("real")].sort()).toEqual(
      [CONFIG, LIST, LIST, "komodo.json", "real"].sort(),
    );
  });

  test("is in the list first if a chain comes, and last if it goes", async () => {
    write("komodo.json", ENTRY);
    const order = async (command: () => Promise<void>) =>
      [...(await said(command)).matchAll(/^\+\+\+ (\S+)/gm)].map(([, file]) => file);
    expect(await order(() => add("NEWCOIN", { from: "komodo.json" }))).toEqual([LIST, CONFIG]);
    expect(await order(() => remove("NEWCOIN", { unlist: true }))).toEqual([CONFIG, LIST]);
  });
});

describe("--preview", () => {
  const args = ["chain", "add", "NEWCOIN", "--from", "komodo.json", "--preview"];

  test("shows the plan for files that are not written, in a copy that is gone then", () => {
    write("komodo.json", ENTRY);
    const { status, stdout, stderr } = dokomodo(args, "", {
      cwd: process.cwd(),
      env: { PATH: fakePulumi() },
    });
    expect(status).toBe(0);
    expect(stderr).toBe("");
    expect(stdout).toMatch(
      /\+ {2}- ac_name: NEWCOIN[\s\S]*ran preview --non-interactive --stack dev\n {6}chains: \[KMD, LTC, BEER, PIZZA, NEWCOIN\]/,
    );
    expect([read(CONFIG), read(LIST)]).toEqual([shipped(CONFIG), shipped(LIST)]);
    const folder = read("where").trim();
    expect(folder).not.toBe(process.cwd());
    expect(existsSync(folder)).toBe(false);
  });

  test("says so where there is no plan", () => {
    write("komodo.json", ENTRY);
    const { status, stderr } = dokomodo(args, "", {
      cwd: process.cwd(),
      env: { PATH: fakePulumi("exit 7") },
    });
    expect(status).toBe(1);
    expect(stderr).toMatch(/there is no plan, as said above\. Nothing was written\n$/);
  });

  test.each(["SIGINT", "SIGKILL"] as const)("leaves the files as they were after %s", async (signal) => {
    write("komodo.json", ENTRY);
    const ready = join(process.cwd(), "ready");
    const PATH = fakePulumi(`touch begun\ntrap 'exit 1' INT\ntouch "${ready}"\nsleep 2 & wait`);
    const run = spawn(process.execPath, [BIN, ...args], { env: { PATH }, stdio: "ignore" });
    await expect.poll(() => existsSync(ready), { timeout: 30_000 }).toBe(true);
    run.kill(signal);
    await once(run, "close");
    expect([read(CONFIG), read(LIST)]).toEqual([shipped(CONFIG), shipped(LIST)]);
    const copy = read("where").trim();
    // What is killed at once cannot take its copy away.
    if (signal === "SIGKILL") rmSync(copy, { recursive: true });
    expect(existsSync(copy)).toBe(false);
  });
});
