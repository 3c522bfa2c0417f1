import type { NetworkPlan } from "../../notary/networkPlan";
import type { NameClaim } from "../definition";
import { PROXY_ROLE } from "../haproxy/configuration";

/** Label of every container of a network's workloads; its value is the network's name. */
export const NETWORK_LABEL = "dokomodo.network";

/** Name of a container beside the one that its workload exists for. That one has the workload's name. */
export function sidecarName(workload: string, role: string): string {
  return `${workload}-${role}`;
}

export function pauseName(workload: string): string {
  return `${workload}-pause`;
}

/** Name of the volume of a container. */
export function volumeName(container: string): string {
  return `${container}-data`;
}

/** The volume with the files that daemons need before they start. All stacks of a host share it. */
export const DOWNLOADS_VOLUME = "dokomodo-downloads";

export function restarterName(network: string): string {
  return `${network}-restarter`;
}

export function gatewayName(network: string): string {
  return `${network}-gateway`;
}

/** A workload's name is a label in the names of its network (RFC 1035, 2.3.4). */
const LABEL = { characters: 63, where: "on the network" };

/** Names of the containers and volumes of a network. No two of them may be the same on a host. */
export function dockerNames(
  { name, owner, workloads }: NetworkPlan,
  hosts: ReadonlySet<string>,
): NameClaim[] {
  const here = workloads.filter(({ host }) => hosts.has(host));
  if (here.length === 0) return [];
  return [
    { name: restarterName(name), what: `the restarter of ${owner}` },
    { name: gatewayName(name), what: `the gateway of ${owner}` },
    ...here.flatMap((workload): NameClaim[] => {
      const { what, sidecars, volume } = workload;
      const beside = [...sidecars, PROXY_ROLE].map((role) => sidecarName(workload.name, role));
      const names = [workload.name, ...beside, pauseName(workload.name)];
      if (volume !== undefined) names.push(volumeName(workload.name));
      return names.map((each) => ({
        name: each,
        what,
        longest: each === workload.name ? LABEL : undefined,
      }));
    }),
  ];
}

/**
 * The engine's own DNS. Over UDP HAProxy 3 does not reach it any more when an engine of 20.10 was restarted with
 * live-restore, because its socket keeps leading to the port of before (docs/internals/engines.md, names and addresses).
 */
export const NAMESERVER = "127.0.0.11:53";
