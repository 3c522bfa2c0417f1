import { hostsCalled, linksTo, type NetworkPlan } from "../../notary/networkPlan";
import type { PortClaim } from "../definition";

/** Ports of the hosts' addresses that a network takes: those that its workloads publish, and those of its gateways. */
export function dockerPorts(network: NetworkPlan, hosts: ReadonlySet<string>): PortClaim[] {
  const published = network.workloads.flatMap(({ host, published }) =>
    published.map((port) => ({ host, ...port })),
  );
  const links = hostsCalled(network).map((host) => {
    return { host, what: linksTo(host, network), ...network.link };
  });
  return [...published, ...links]
    .filter(({ host }) => hosts.has(host))
    .map(({ host, ...port }) => ({ place: `host ${host}`, ...port }));
}
