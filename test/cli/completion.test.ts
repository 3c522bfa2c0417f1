import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dokomodo } from "./run";

const CONFIG = `config:
  dokomodo:hosts: [{ name: alpha }, { name: beta }]
  dokomodo:notaries:
    - { name: east, host: alpha, chains: [dev, BEER: beta], clients: [{ name: wallet }] }
`;
const LIST = `chains: [{ symbol: KMD }, { ac_name: BEER }, { ac_name: KV }]\nsets: { dev: [KMD] }\n`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "dokomodo-completion-"));
  writeFileSync(join(folder, "Pulumi.dev.yaml"), CONFIG);
  writeFileSync(join(folder, "assetchains.yaml"), LIST);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What is offered for the last word. Each offer begins its line. */
function offered(...words: string[]): string[] {
  const { stdout, stderr, status } = dokomodo(["complete", "--", ...words], "", { cwd: folder });
  expect([status, stderr]).toEqual([0, ""]);
  return stdout.split("\n").flatMap((line) => (/^:|^$/.test(line) ? [] : [line.split("\t")[0] ?? ""]));
}

describe("completion", () => {
  test.each([
    [["ch"], ["chain", "chains"]],
    [["chain", "r"], ["remove"]],
    [["chain", "move", "BEER", "--t"], ["--to"]],
    [
      ["chain", "remove", ""],
      ["KMD", "BEER"],
    ],
    [
      ["chain", "add", ""],
      ["KMD", "BEER", "KV"],
    ],
    [
      ["chain", "move", "BEER", "--to", ""],
      ["alpha", "beta"],
    ],
    [["chain", "add", "KV", "--node", ""], ["east"]],
    [["status", "B"], ["BEER"]],
    [
      ["restart", ""],
      ["KMD", "BEER", "iguana", "agent", "clients", "witness"],
    ],
    [["chain", "list", "--stack", ""], ["dev"]],
    [["host", "remove", "b"], ["beta"]],
    [["host", "add", ""], []],
    [
      ["node", "add", "x", "--chains", ""],
      ["KMD", "BEER", "KV", "dev"],
    ],
    [["client", "remove", ""], ["wallet"]],
    [
      ["completion", ""],
      ["bash", "zsh", "fish"],
    ],
    [["init", "x", "--host", ""], []],
  ])("of %j offers %j", (words, names) => {
    expect(offered(...words)).toEqual(names);
  });

  test("is silent where files are missing or broken", () => {
    writeFileSync(join(folder, "Pulumi.dev.yaml"), "config: [\n");
    expect(offered("chain", "remove", "")).toEqual([]);
    writeFileSync(join(folder, "Pulumi.other.yaml"), "config: {}\n");
    expect(offered("chain", "remove", "")).toEqual([]);
    rmSync(join(folder, "Pulumi.other.yaml"));
    writeFileSync(join(folder, "Pulumi.dev.yaml"), CONFIG);
  });

  test.each(["bash", "zsh", "fish"])("prints a script for %s, which that shell can read", (shell) => {
    const { stdout, status } = dokomodo(["completion", shell]);
    expect(status).toBe(0);
    expect(stdout).toContain("dokomodo complete --");
    const parsed = spawnSync(shell, shell === "fish" ? ["--no-execute"] : ["-n"], { input: stdout });
    if (parsed.error === undefined) expect(String(parsed.stderr)).toBe("");
  });
});
