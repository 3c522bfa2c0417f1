import type { NetworkPlan } from "../../notary/networkPlan";
import type { NameClaim } from "../definition";

/** The one segment of a cluster. All its hosts have their pods on one network, and their volumes in one place. */
export const SEGMENT = "kubernetes";

/** Name of a claim template, and of the volume that it makes in a pod. */
export const DATA_VOLUME = "data";

/** Name of the claim of a workload's only pod (docs/internals/engines.md, a StatefulSet's update). */
export function claimName(workload: string): string {
  return `${DATA_VOLUME}-${workload}-0`;
}

/** Name of the Service that opens a workload's ports to the world. */
export function publishingName(workload: string): string {
  return `${workload}-p2p`;
}

/** Name of the policy for all pods of a network. */
export function defaultPolicyName(network: string): string {
  return `${network}-default`;
}

/** Name of the gateway for calls that arrive at a host. */
export function gatewayName(network: string, host: string): string {
  return `${network}-${host}-gateway`;
}

/**
 * A pod's label has the StatefulSet's name and a revision, so the name is short (docs/internals/engines.md, a
 * StatefulSet's update).
 */
const SET = { characters: 52, where: "in a cluster" };

/** Names of the objects of a network. */
export function kubernetesNames(
  network: NetworkPlan,
  hosts: ReadonlySet<string>,
  isReachable: boolean,
): NameClaim[] {
  const { name, owner } = network;
  const here = network.workloads.filter(({ host }) => hosts.has(host));
  if (here.length === 0) return [];
  const gateways = isReachable ? network.calledFromElsewhere.filter((host) => hosts.has(host)) : [];
  return [
    { name, what: `${owner} itself` },
    { name: defaultPolicyName(name), what: `${owner} itself` },
    ...gateways.map((host) => ({
      name: gatewayName(name, host),
      what: `the gateway of ${owner} on ${host}`,
      longest: SET,
    })),
    ...here.flatMap((workload): NameClaim[] => [
      { name: workload.name, what: workload.what, longest: SET },
      { name: publishingName(workload.name), what: workload.what },
    ]),
  ];
}
