import { defineConfig } from "vitest/config";

const MINUTE = 60_000;

/** Kinds of tests by what they need: nothing, Pulumi's engine, a Docker Engine, hosts in network namespaces, a cluster. */
export default defineConfig({
  test: {
    pool: "forks",
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["test/{chains,config,components,platforms,runtime,cli,setup}/**/*.test.ts"],
          testTimeout: MINUTE / 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: "engine",
          include: ["test/engine/**/*.test.ts"],
          testTimeout: 5 * MINUTE,
          hookTimeout: 10 * MINUTE,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: "containers",
          include: ["test/containers/**/*.test.ts"],
          testTimeout: 10 * MINUTE,
          hookTimeout: 20 * MINUTE,
          // Each file has names and addresses of its own, so two of them can be at work.
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
      {
        extends: true,
        test: {
          name: "hosts",
          include: ["test/hosts/**/*.test.ts"],
          testTimeout: 10 * MINUTE,
          hookTimeout: 20 * MINUTE,
          // Each file has a pool of hosts of its own.
          maxWorkers: 2,
          sequence: { groupOrder: 3 },
        },
      },
      {
        extends: true,
        test: {
          name: "kubernetes",
          include: ["test/kubernetes/**/*.test.ts"],
          globalSetup: "test/kubernetes/globalSetup.ts",
          testTimeout: 10 * MINUTE,
          hookTimeout: 20 * MINUTE,
          // Each file has a namespace of the cluster of its own.
          maxWorkers: 2,
          sequence: { groupOrder: 4 },
        },
      },
    ],
  },
});
