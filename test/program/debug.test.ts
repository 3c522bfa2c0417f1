import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

const PROJECT = join(__dirname, "..", "..");

const SCRIPT = `
  const { log } = require("@pulumi/pulumi");
  const debug = log.debug;
  require("./program/debug");
  process.stdout.write(JSON.stringify({ sends: log.debug === debug, traces: Error.stackTraceLimit > 0 }));`;

test.each([
  ["neither sends the SDK's debug messages nor takes stack traces", {}, false],
  ["does both with DOKOMODO_DEBUG=1", { DOKOMODO_DEBUG: "1" }, true],
])("the program %s", (_, further, expected) => {
  const args = ["--require", "@swc-node/register", "--eval", SCRIPT];
  const env = { ...process.env, ...further };
  const printed = execFileSync(process.execPath, args, { cwd: PROJECT, env, encoding: "utf8" });
  expect(JSON.parse(printed)).toEqual({ sends: expected, traces: expected });
});
