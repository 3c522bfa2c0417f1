import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { describe, expect, test } from "vitest";
import { operatorsCommand } from "../../cli/main";

const CHECKOUT = join(__dirname, "..", "..");

/** Runs a command in a process of its own, which prints the packages that it loaded as its last line. */
const SCRIPT = `
  const told = () => {
    const names = Object.keys(require.cache).filter((file) => !file.endsWith(".json")).map((file) => /.*node_modules\\/((?:@[^/]+\\/)?[^/]+)/.exec(file)?.[1]);
    process.stderr.write("\\n" + JSON.stringify([...new Set(names)].filter(Boolean)));
  };
  process.on("exit", told);
  process.argv.splice(1, 0, "bin.cjs");
  require("./cli/bin.cjs");`;

function packagesOf(...words: string[]): string[] {
  const run = () =>
    spawnSync(process.execPath, ["--eval", SCRIPT, "--", ...words], { cwd: CHECKOUT, encoding: "utf8" });
  // The first run compiles what is not compiled yet.
  run();
  return JSON.parse(run().stderr.split("\n").at(-1) ?? "");
}

describe("a command loads only what it needs:", () => {
  test.each([
    [["--help"]],
    [["help", "chain"]],
    [["chain", "add", "--help"]],
    [["node", "--help"]],
    [["client", "files", "--help"]],
    [["completion", "bash"]],
    [["nonsense"]],
  ])("%j loads no other package than commander", (words) => {
    expect(packagesOf(...words).filter((name) => name !== "@bomb.sh/tab")).toEqual(["commander"]);
  });

  test.each([
    [["chains", "--json"]],
    [["chain", "list"]],
    [["hosts", "--help"]],
    [["complete", "--", "chain", "remove", ""]],
  ])("%j loads nothing of Pulumi, of a cluster or of Docker, and no compiler", (words) => {
    const loaded = packagesOf(...words);
    expect(loaded).toContain("yaml");
    expect(loaded.filter((name) => /pulumi|kubernetes|dockerode|execa|swc|typescript/.test(name))).toEqual(
      [],
    );
  });
});

test("a source is compiled once, and never run as it was before a change", () => {
  const folder = mkdtempSync(join(tmpdir(), "dokomodo-register-"));
  const [source, register] = [join(folder, "greeting.ts"), join(folder, "cli", "register.cjs")];
  const run = () => String(spawnSync(process.execPath, ["--require", register, source]).stdout);
  try {
    for (const path of ["cli", "node_modules/@swc"]) mkdirSync(join(folder, path), { recursive: true });
    copyFileSync(join(CHECKOUT, "cli", "register.cjs"), register);
    symlinkSync(join(CHECKOUT, "node_modules/@swc/core"), join(folder, "node_modules/@swc/core"));
    const kept = join(folder, "node_modules/.cache/dokomodo/greeting.ts.js");
    for (const word of ["one", "two", "one"]) {
      writeFileSync(source, `const word: string = "${word}"; process.stdout.write(word);`);
      expect(run()).toBe(word);
      const { mtimeMs } = statSync(kept);
      expect(run()).toBe(word);
      expect(statSync(kept).mtimeMs).toBe(mtimeMs);
    }
    writeFileSync(kept, "damaged");
    expect(run()).toBe("one");
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("every command has an example in its help", async () => {
  const without = leaves(await operatorsCommand(), "").filter(
    ({ command }) => !/\nExamples?:\n/.test(helpOf(command)),
  );
  expect(without.map(({ name }) => name)).toEqual([]);
});

test("the package has what the register needs nowhere", () => {
  const { files } = JSON.parse(readFileSync(join(CHECKOUT, "package.json"), "utf8"));
  expect(files).not.toContain("cli/register.cjs");
});

/** The commands that do something themselves. */
function leaves(command: Command, parent: string): { name: string; command: Command }[] {
  const name = `${parent}${command.name()}`;
  if (command.commands.length === 0) return [{ name, command }];
  return command.commands.flatMap((each) => leaves(each, `${name} `));
}

function helpOf(command: Command): string {
  let text = "";
  command.configureOutput({
    writeOut: (part) => {
      text += part;
    },
  });
  command.outputHelp();
  return text;
}
