import { defineConfig } from "vitest/config";
import { LongestFirst } from "./dev/testRun/order.mts";

const MINUTE = 60_000;
/**
 * Real machines have moments of their own. In CI a test of containers, hosts or a cluster may be tried a second time;
 * .ci/run names each that needed it, with its first failure. What needs no machine gets no second try.
 */
const retry = process.env["CI"] ? 1 : 0;

/** By project, why its tests cannot run; dev/testRun/run.ts has found that out. */
const missing: Readonly<Record<string, string>> = JSON.parse(process.env["DOKOMODO_MISSING_PARTS"] ?? "{}");
/** What each project has that needs more than the npm packages. */
const partsOf = (project: string) => ({
  setupFiles: "dev/testRun/missing.ts",
  provide: { missing: missing[project] ?? "" },
});

/** These files exchange modules for all of their process (vi.mock), so they have one of their own. */
const MOCKED = ["test/platforms/third/**/*.test.ts", "test/cli/images/replace.test.ts"];

/*
 * Files of one kind share the modules that they import (`isolate: false`), because a third of the processor time of quick
 * files went into loading the same ones for each file. They share nothing else.
 */

/** A third of the time of these files is waiting, most of it for leases. */
const quick = { maxWorkers: 4, isolate: false, sequence: { groupOrder: 0 } };

/**
 * These files bring up stacks. They wait for daemons most of the time, so three of them keep two cores busy. Four take as
 * long at twice the load, and Docker 20.10 has locked itself up with them (libnetwork, seen in its goroutines). Each file has
 * names, addresses, a pool of hosts and a namespace of its own. They are one group, so that the last file of one kind does
 * not keep the next kind waiting.
 */
const stacks = {
  maxWorkers: 3,
  isolate: false,
  sequence: { groupOrder: 1 },
  // Most polls run a command of the docker CLI or of kubectl, which takes up to 0.1 s of a processor.
  expect: { poll: { interval: 250 } },
};

/**
 * The kinds of tests by what they need: nothing (unit and mocked), processes and real time (runtime), Pulumi's engine, a
 * Docker Engine, hosts in network namespaces, a cluster.
 */
export default defineConfig({
  test: {
    pool: "forks",
    // Most of what a test makes is garbage at once. With more room for it, all unit tests together take 194 instead of 212 s
    // of a processor.
    execArgv: ["--max-semi-space-size=64"],
    // A text that does not match is printed whole. In it the CLI says what went wrong.
    chaiConfig: { truncateThreshold: 0 },
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: [
            "test/{input,readings,chains,notary,config,components,platforms,program,cli,dev,docs}/**/*.test.ts",
          ],
          exclude: MOCKED,
          testTimeout: MINUTE,
          ...quick,
        },
      },
      {
        extends: true,
        test: { name: "mocked", include: MOCKED, testTimeout: MINUTE, ...quick, isolate: true },
      },
      {
        extends: true,
        test: {
          name: "runtime",
          include: ["test/runtime/**/*.test.ts"],
          testTimeout: MINUTE / 2,
          // A test of the lease has some ten processes, and its file is one of three.
          maxConcurrency: 2,
          ...quick,
        },
      },
      {
        extends: true,
        test: {
          name: "engine",
          ...partsOf("engine"),
          include: ["test/engine/**/*.test.ts"],
          testTimeout: 5 * MINUTE,
          hookTimeout: 10 * MINUTE,
          ...quick,
        },
      },
      {
        extends: true,
        test: {
          name: "containers",
          ...partsOf("containers"),
          retry,
          include: ["test/containers/**/*.test.ts"],
          testTimeout: 10 * MINUTE,
          hookTimeout: 20 * MINUTE,
          ...stacks,
        },
      },
      {
        extends: true,
        test: {
          name: "hosts",
          ...partsOf("hosts"),
          retry,
          include: ["test/hosts/**/*.test.ts"],
          testTimeout: 10 * MINUTE,
          hookTimeout: 20 * MINUTE,
          ...stacks,
        },
      },
      {
        extends: true,
        test: {
          name: "kubernetes",
          ...partsOf("kubernetes"),
          retry,
          include: ["test/kubernetes/**/*.test.ts"],
          globalSetup: "test/kubernetes/globalSetup.ts",
          testTimeout: 10 * MINUTE,
          hookTimeout: 20 * MINUTE,
          ...stacks,
        },
      },
    ],
  },
});
