import { type Memory, memoryOf, sumOf } from "../../notary/memory";
import type { NetworkPlan } from "../../notary/networkPlan";
import { PROXY_MEMORY } from "../haproxy/configuration";
import type { AddedMemory } from "../hostMemory";

/** The memory limit of a pause container. */
export const PAUSE_MEMORY_MIB = 32;
/** The memory limit of a restarter. */
export const RESTARTER_MEMORY_MIB = 128;

/** The memory of the containers that a Docker host has beside those of the workloads. */
export const dockerMemory: AddedMemory = {
  besideEach: sumOf([PROXY_MEMORY, memoryOf(PAUSE_MEMORY_MIB)]),
  ofNetwork: ({ calledFromElsewhere }: NetworkPlan, host: string): Memory => {
    const gateway = calledFromElsewhere.includes(host) ? [PROXY_MEMORY] : [];
    return sumOf([memoryOf(RESTARTER_MEMORY_MIB), ...gateway]);
  },
};
