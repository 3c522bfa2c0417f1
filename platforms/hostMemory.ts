import { type Memory, NO_MEMORY } from "../notary/memory";
import type { NetworkPlan } from "../notary/networkPlan";

/** The memory of the containers that a platform adds to those of the workloads. */
export interface AddedMemory {
  /** What each workload has beside its own containers, such as its proxy. */
  readonly besideEach: Memory;
  /** What a network has on one of its hosts beside its workloads, such as a gateway. */
  ofNetwork(network: NetworkPlan, host: string): Memory;
}

/** The memory that a stack's containers on one host may take. */
export interface PlannedMemory extends Memory {
  /** All workloads on the host, the largest limit first. */
  readonly workloads: readonly (Memory & { readonly name: string })[];
}

/** What is planned for a host that has nothing. */
export const NOTHING_PLANNED: PlannedMemory = { ...NO_MEMORY, workloads: [] };

/** How many of the largest workloads a warning names. */
const NAMED = 3;

/**
 * Warns of a host whose memory is less than what is placed on it; undefined if it is enough.
 * @param kind which figure counts: limits where nothing is reserved, requests where a scheduler reserves them
 * @param hasMiB memory of the host
 */
export function memoryWarning(
  host: string,
  kind: keyof Memory,
  planned: PlannedMemory,
  hasMiB: number,
): string | undefined {
  if (planned[kind] <= hasMiB) return undefined;
  const largest = [...planned.workloads]
    .sort((a, b) => b[kind] - a[kind])
    .slice(0, NAMED)
    .map((workload) => `${workload.name} ${gibibytes(workload[kind])}`);
  const [what, outcome, key] =
    kind === "limitMiB"
      ? [
          "may take",
          "If they do, the kernel ends a process of the host, which may be a daemon that writes.",
          "`memory`",
        ]
      : ["reserve", "Pods that fit on no node wait until there is room.", "`requests`"];
  return (
    `host ${host}: the stack's containers there ${what} ${gibibytes(planned[kind])} of memory, and it has ` +
    `${gibibytes(hasMiB)}. The largest are ${largest.join(", ")}. ${outcome} Place chains on another host, or state ` +
    `${key} of daemons in dokomodo:daemons.`
  );
}

function gibibytes(mebibytes: number): string {
  return `${(mebibytes / 1024).toFixed(1)} GiB`;
}
