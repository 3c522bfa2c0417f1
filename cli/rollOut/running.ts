import type { Operations, SeenContainer } from "../../platforms/operations";
import { containerAt } from "../running/containers";
import { listens } from "../running/listens";
import { withRunningStack } from "../running/open";
import type { ImageUse } from "./images";

/** What one workload does. */
export interface WhatRuns {
  /** For people: `east-beer (host alpha) runs komodod:2, and takes calls`. */
  readonly line: string;
  /** Whether its container is of the image that it should have, whether it runs or not. */
  readonly hasImage: boolean;
  readonly takesCalls: boolean;
}

/** Looks at what workloads do. A host that does not answer is told by each of its workloads. */
export async function whatRuns(uses: readonly ImageUse[], operations: Operations): Promise<WhatRuns[]> {
  const { hosts, containers } = await operations.look();
  return Promise.all(
    uses.map(async (use): Promise<WhatRuns> => {
      const { workload, host, image } = use;
      const seen = containerAt(containers, { host, workload });
      const problem = hosts.find(({ name }) => name === host)?.problem;
      const takesCalls =
        seen?.state === "running" && (await listens(operations, { host, workload }, use.port)) === true;
      const line =
        problem === undefined
          ? `${workload} (host ${host}) ${does(seen, takesCalls)}`
          : `${workload}: ${problem}`;
      return { line, hasImage: seen?.image === image, takesCalls };
    }),
  );
}

function does(seen: SeenContainer | undefined, takesCalls: boolean): string {
  if (seen === undefined) return "is not there";
  const { state, why, image } = seen;
  if (state !== "running") return `does not run (${why ?? state}); its image is ${image}`;
  return `runs ${image}, and ${takesCalls ? "takes calls" : "takes no calls"}`;
}

/** Looks at what workloads of a stack do. A platform that cannot be looked at is told by each workload on it. */
export async function lookAt(stack: string, uses: readonly ImageUse[]): Promise<WhatRuns[]> {
  return withRunningStack(stack, ({ operations }) => whatRuns(uses, operations));
}
