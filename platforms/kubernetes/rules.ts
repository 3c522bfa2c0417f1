import { suggestion } from "../../input/nearest";
import type { Problem } from "../../input/problem";
import type { NetworkPlan } from "../../notary/networkPlan";
import type { RuleContext } from "../definition";
import { kubernetesPorts } from "./ports";
import { CLUSTER_KEY, type ClusterSettings } from "./settings";

/**
 * The ports that a Service may open at every node, unless the cluster has another range (docs/internals/engines.md,
 * NodePorts).
 */
const NODE_PORTS = { first: 30000, last: 32767 };

/** Reports what is wrong with a stack's hosts and settings in a cluster. */
export function kubernetesRules(
  hosts: ReadonlySet<string>,
  settings: ClusterSettings,
  context: RuleContext,
): Problem[] {
  return [
    ...unknownVolumes(settings, context),
    ...context.networks.flatMap((network) => [
      ...unreachable(network, hosts, settings, context),
      ...wrongNodePorts(network, hosts, settings, context),
    ]),
  ];
}

/** Reports sizes of volumes that no notary and no node has. */
function unknownVolumes({ storage }: ClusterSettings, { volumes, at }: RuleContext): Problem[] {
  return Object.keys(storage)
    .filter((symbol) => !volumes.includes(symbol))
    .map((symbol) => ({
      message: `no notary and no node runs a chain ${symbol}, so it has no volume${suggestion(symbol, volumes)}`,
      position: at([CLUSTER_KEY, "storage", symbol]),
    }));
}

/** Reports workloads that are called from outside of a cluster, if the cluster publishes nothing. */
function unreachable(
  { name, owner, calledByWorkloads }: NetworkPlan,
  hosts: ReadonlySet<string>,
  { publish }: ClusterSettings,
  { atNetwork }: RuleContext,
): Problem[] {
  if (publish !== "none") return [];
  return calledByWorkloads
    .filter((host) => hosts.has(host))
    .map((host) => ({
      message: `workloads of ${owner} on ${host} are called from outside of the cluster; set ${CLUSTER_KEY}.publish to hostPort, NodePort or LoadBalancer`,
      position: atNetwork(name, "name"),
    }));
}

/** Reports ports that a NodePort cannot have. */
function wrongNodePorts(
  network: NetworkPlan,
  hosts: ReadonlySet<string>,
  { publish }: ClusterSettings,
  { atNetwork }: RuleContext,
): Problem[] {
  if (publish !== "NodePort") return [];
  const { first, last } = NODE_PORTS;
  const claims = kubernetesPorts(network, hosts, publish);
  return claims
    .filter(({ port }, index) => claims.findIndex((claim) => claim.port === port) === index)
    .filter(({ port }) => port < first || port > last)
    .map(({ what, port, remedy }) => ({
      message: `${what} would be published on port ${port}; a NodePort is one from ${first} to ${last}: ${remedy}, or publish by hostPort or LoadBalancer`,
      position: atNetwork(network.name, "name"),
    }));
}
