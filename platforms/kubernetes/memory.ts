import { NO_MEMORY } from "../../notary/memory";
import { PROXY_MEMORY } from "../haproxy/configuration";
import type { AddedMemory } from "../hostMemory";

/** The memory of the containers that pods, and gateways of their own, have beside the workloads' containers. */
export function kubernetesMemory(hasGateways: boolean): AddedMemory {
  return {
    besideEach: PROXY_MEMORY,
    ofNetwork: ({ calledFromElsewhere }, host) =>
      hasGateways && calledFromElsewhere.includes(host) ? PROXY_MEMORY : NO_MEMORY,
  };
}
