import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { dokomodo, type Ran } from "./run";

const CANARY = "canary-of-a-key";
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "dokomodo-quoting-"));
  writeFileSync(join(directory, "Pulumi.east.yaml"), "config: { dokomodo:hosts: [{ name: alpha }] }\n");
});
afterEach(() => rmSync(directory, { recursive: true }));

/** Runs the command with a `pulumi` on PATH that prints a text. */
function whilePulumiPrints(text: string, ...args: readonly string[]): Ran {
  const program = join(directory, "pulumi");
  writeFileSync(program, `#!/bin/sh\ncat <<'END'\n${text}\nEND\n`);
  chmodSync(program, 0o755);
  return dokomodo(args, "", { cwd: directory, env: { PATH: `${directory}:${process.env["PATH"]}` } });
}

describe("Pulumi's output is not shown when it cannot be read", () => {
  test.each([
    ["is cut short", `{ "notaries": { "east": { "operator": { "privateKey": "${CANARY}`],
    ["is no JSON", CANARY],
    ["lacks a field", `{ "notaries": { "east": { "operator": { "privateKey": "${CANARY}" } } } }`],
  ])("for the stack's outputs, which have keys: the output %s", (_, text) => {
    for (const command of [
      ["iguana", "SuperNET/help"],
      ["rpc", "KMD", "getblockcount"],
      ["client", "wallet"],
    ]) {
      const { status, stdout, stderr } = whilePulumiPrints(text, ...command);
      expect(stderr).toBe(
        "this version of dokomodo cannot read the outputs of stack east; run pulumi up, which writes them anew\n",
      );
      expect(status).toBe(1);
      expect(stdout).toBe("");
    }
  });

  test.each([
    ["is cut short", `{ "deployment": { "resources": [{ "urn": "${CANARY}`],
    ["is no JSON", CANARY],
    ["lacks a field", `{ "deployment": { "resources": [{ "inputs": "${CANARY}" }] } }`],
  ])("for the stack's state: the output %s", (_, text) => {
    const { status, stderr } = whilePulumiPrints(text, "hosts", "forget", "beta");
    expect(stderr).toBe(
      "`pulumi stack export` printed a state that this version of dokomodo cannot read; nothing was changed\n",
    );
    expect(status).toBe(1);
  });
});
