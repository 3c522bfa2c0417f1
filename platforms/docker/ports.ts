import { linksTo, type NetworkPlan } from "../../notary/networkPlan";
import type { PortClaim } from "../definition";

/** The ports that a network takes at the hosts' addresses: those that workloads publish, and those of the gateways. */
export function dockerPorts(network: NetworkPlan, hosts: ReadonlySet<string>): PortClaim[] {
  const published = network.workloads.flatMap(({ host, published }) =>
    published.map((port) => ({ host, ...port })),
  );
  const links = network.calledFromElsewhere.map((host) => {
    return { host, what: linksTo(host, network), ...network.link };
  });
  return [...published, ...links]
    .filter(({ host }) => hosts.has(host))
    .map(({ host, ...port }) => ({ place: `host ${host}`, ...port }));
}
