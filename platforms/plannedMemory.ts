import { sumOf } from "../notary/memory";
import type { NetworkPlan } from "../notary/networkPlan";
import type { PlatformShare } from "./definition";
import type { PlannedMemory } from "./hostMemory";

/**
 * The memory of all containers that a stack places on each host, keyed by the host's name. Proxies, and whatever else a
 * platform adds, are among them.
 * @param networks the stack's networks
 * @param shares those of all platforms
 *
 * @example
 * ```ts
 * const mebibytes = plannedMemory(networksOf(stack), stack.shares.all).get("alpha")?.limitMiB;
 * ```
 */
export function plannedMemory(
  networks: readonly NetworkPlan[],
  shares: readonly PlatformShare[],
): ReadonlyMap<string, PlannedMemory> {
  const hosts = shares.flatMap((share) => share.hosts.map((host) => ({ host, share })));
  return new Map(
    hosts.map(({ host, share }) => {
      const here = networks.filter((network) => network.hosts.includes(host));
      const workloads = here
        .flatMap((network) => network.workloads.filter((workload) => workload.host === host))
        .map(({ name, memory }) => ({ name, ...sumOf([memory, share.memory.besideEach]) }))
        .sort((a, b) => b.limitMiB - a.limitMiB || (a.name < b.name ? -1 : 1));
      const shared = here.map((network) => share.memory.ofNetwork(network, host));
      return [host, { ...sumOf([...workloads, ...shared]), workloads }];
    }),
  );
}
