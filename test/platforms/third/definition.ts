import { z } from "zod";
import { NO_MEMORY } from "../../../notary/memory";
import { definePlatform } from "../../../platforms/definition";
import { hostSchema } from "../../../platforms/host";
import type { RunArgs } from "../../../platforms/run";
import { BenchOperations } from "./BenchOperations";
import { BenchRun } from "./BenchRun";

/** Most of what a platform says. It runs nothing. */
export const bench = definePlatform({
  name: "bench",
  plugins: [],
  host: hostSchema.extend({ slot: z.int("a slot, counted from 1").min(1) }),
  readStep: () => [],
  settings: z.object({
    "dokomodo:bench": z
      .strictObject({ power: z.boolean().default(true), key: z.string().optional() })
      .default({
        power: true,
      }),
  }),
  hidden: [["dokomodo:bench", "key"]],
  share: (hosts, { "dokomodo:bench": { power } }, stated) => {
    const names = stated.map(({ name }) => name);
    return {
      hosts: names,
      lessor: "platform",
      hasDirectories: false,
      hasEmptyHomes: true,
      isReachable: false,
      segmentOf: () => "bench",
      storageGiB: () => 5,
      sizePath: () => undefined,
      volumeOf: ({ name }) => `the drawer of ${name}`,
      rules: ({ atHost }) =>
        stated
          .filter(({ slot }) => slot === undefined)
          .map(({ name }) => ({ message: `host ${name} needs a slot`, position: atHost(name, "name") })),
      names: ({ name, owner }) => [{ name: `${name}-board`, what: `the board of ${owner}` }],
      ports: ({ workloads }) =>
        workloads.flatMap(({ published }) => published.map((port) => ({ place: "the bench", ...port }))),
      hasRestarter: false,
      memory: { besideEach: NO_MEMORY, ofNetwork: () => NO_MEMORY },
      open: async (args: RunArgs) =>
        new BenchRun(
          hosts.map(({ slot }) => slot),
          power,
          args,
        ),
      operations: async (args) => new BenchOperations(names, args),
      remains: async () => ({ since: async () => undefined, remove: async () => {}, close: () => {} }),
      checks: [],
    };
  },
});
