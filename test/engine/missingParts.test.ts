import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const ROOT = join(__dirname, "..", "..");
/** A file of tests that need nothing, and one of those that need a Docker Engine. */
const UNIT = "test/chains/ports/ports.test.ts";
const CONTAINERS = "test/containers/imagesPin.test.ts";
/** What is missing, and what to do. */
const REASON =
  "The Docker Engine of DOCKER_HOST=unix:///nowhere cannot be used: connect ENOENT /nowhere. Start it";

interface Report {
  readonly numPassedTests: number;
  readonly numPendingTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
  }[];
}

describe("the tests of a machine without a Docker Engine", () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "dokomodo-missing-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** Runs both files with dev/testRun/run.ts. */
  async function runTests(
    ci: string,
  ): Promise<{ exitCode?: number | undefined; text: string; report: Report }> {
    const file = join(folder, `report-${ci}.json`);
    const own = Object.entries(process.env).filter(([name]) => !/^(VITEST|CI$|NODE_ENV$)/.test(name));
    const env = { ...Object.fromEntries(own), DOCKER_HOST: "unix:///nowhere", CI: ci };
    const args = ["dev/testRun/run.ts", "--reporter=json", `--outputFile.json=${file}`, UNIT, CONTAINERS];
    const command = ["--require", "@swc-node/register", ...args];
    const { exitCode, stdout: text } = await execa(process.execPath, command, {
      cwd: ROOT,
      env,
      extendEnv: false,
      reject: false,
    });
    return { exitCode, text, report: JSON.parse(await readFile(file, "utf8")) };
  }

  test("fail in CI where they need one, with the reason, and no others", async () => {
    const { exitCode, text, report } = await runTests("true");
    expect(exitCode).toBe(1);
    const results = report.testResults.map(({ name, status, message }) => [
      name.slice(ROOT.length + 1),
      status,
      message.slice(0, REASON.length),
    ]);
    expect(results.sort()).toEqual([
      [UNIT, "passed", ""],
      [CONTAINERS, "failed", REASON],
    ]);
    // .ci/run counts those that did not run as failures.
    expect(report.numPassedTests).toBeGreaterThan(10);
    expect(report.numPendingTests).toBeGreaterThan(5);
    for (const part of ["containers", "hosts", "kubernetes"]) {
      expect(text).toContain(`FAILED: test/${part}. ${REASON}`);
    }
  });

  test("are skipped elsewhere, and named with the reason", async () => {
    const { exitCode, text, report } = await runTests("");
    expect(exitCode).toBe(0);
    expect(report.testResults.map(({ name }) => name.slice(ROOT.length + 1))).toEqual([UNIT]);
    expect(text).toContain(`SKIPPED: test/containers. ${REASON}`);
  });
});
