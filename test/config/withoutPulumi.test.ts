import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

const PROJECT = join(__dirname, "..", "..");

/** Prints the files of Pulumi that a module of the project loads. */
const SCRIPT = `
  require(process.argv[1]);
  const loaded = Object.keys(require.cache).filter((file) => file.includes("/@pulumi/"));
  process.stdout.write(JSON.stringify(loaded));`;

function loadedBy(module: string): string[] {
  const args = ["--require", "@swc-node/register", "--eval", SCRIPT, join(PROJECT, module)];
  return JSON.parse(execFileSync(process.execPath, args, { cwd: PROJECT, encoding: "utf8" }));
}

test.each([
  "config/load.ts",
  "notary/networkPlan.ts",
  "platforms/index.ts",
  "platforms/OperationsByHost.ts",
  "platforms/docker/operations/DockerOperations.ts",
  "platforms/kubernetes/operations/KubernetesOperations.ts",
  "cli/commands/hosts.ts",
])("%s loads nothing of Pulumi", (module) => {
  expect(loadedBy(module)).toEqual([]);
});

test("what registers resources does", () => {
  expect(loadedBy("components/index.ts")).not.toEqual([]);
});
