import type { Chain } from "../chains/chain";
import { AGENT, agentLinks, CLIENTS, clientLinks, IGUANA, rpcGraph } from "./rpcGraph";
import type { LeasePlace } from "./types";

type PlacedChain = { readonly chain: Chain } & ({ readonly host: string } | { readonly external: unknown });

/** The part of a node that says where it runs. `lease` and `iguana` are those of a notary, on `host`. */
export interface Placed {
  readonly chains: readonly PlacedChain[];
  /** Name of the host that clients enter on, and that the agent runs on. */
  readonly host: string;
  readonly clients?: readonly unknown[] | undefined;
  readonly lease?: LeasePlace | undefined;
  readonly iguana?: { readonly listenToAll: boolean } | undefined;
}

/** Whether somebody else runs the chain's daemon. */
export function isExternal<C extends PlacedChain>(chain: C): chain is Extract<C, { external: unknown }> {
  return "external" in chain;
}

/** The chains whose daemons the node runs itself. */
export function deployedChains<C extends PlacedChain>({
  chains,
}: {
  readonly chains: readonly C[];
}): Exclude<C, { external: unknown }>[] {
  return chains.filter((chain): chain is Exclude<C, { external: unknown }> => !isExternal(chain));
}

/** Hosts with a witness of the lease; none for a node without Iguana. */
export function witnessesOf({ lease }: Pick<Placed, "lease">): readonly string[] {
  return lease?.kind === "witnesses" ? lease.hosts : [];
}

/** Whether anybody calls the node's chains through a clients' workload. */
export function hasClients({ clients = [] }: Pick<Placed, "clients">): boolean {
  return clients.length > 0;
}

/** Whether an agent of its own reads the node's daemons. A notary has the one beside Iguana. */
export function hasAgent({ iguana }: Pick<Placed, "host" | "iguana">): boolean {
  return iguana === undefined;
}

/** Whether operators may call something of the node from elsewhere: Iguana, or chains as clients do. */
export function isCalledByOperators(node: Placed): boolean {
  return node.iguana?.listenToAll === true || hasClients(node);
}

/** Every host on which something of the node runs, sorted. */
export function hostsOf(node: Placed): string[] {
  const own = node.iguana !== undefined || hasClients(node) || hasAgent(node) ? [node.host] : [];
  const hosts = [...own, ...witnessesOf(node), ...deployedChains(node).map(({ host }) => host)];
  return [...new Set(hosts)].sort();
}

/** Hosts with a workload that another segment's workload calls, sorted. */
export function hostsCalledByWorkloads(node: Placed, segmentOf: (host: string) => string): string[] {
  const hosts = new Map(deployedChains(node).map(({ chain, host }) => [chain.symbol, host]));
  if (node.iguana !== undefined) hosts.set(IGUANA, node.host);
  if (hasClients(node)) hosts.set(CLIENTS, node.host);
  if (hasAgent(node)) hosts.set(AGENT, node.host);
  const chains = node.chains.map(({ chain }) => chain);
  const links = [...rpcGraph(chains), ...clientLinks(chains), ...agentLinks(chains)];
  const called = links.flatMap(({ caller, callee }) => {
    const from = hosts.get(caller);
    const to = hosts.get(callee);
    if (to === undefined || from === undefined) return [];
    return segmentOf(to) === segmentOf(from) ? [] : [to];
  });
  const witnessing = witnessesOf(node).filter((host) => segmentOf(host) !== segmentOf(node.host));
  return [...new Set([...called, ...witnessing])].sort();
}

/**
 * Hosts with a workload that is called from another segment, or by an operator or a client, sorted.
 * @param segmentOf names the segment of a host; hosts of one segment have their workloads on one network
 */
export function hostsCalledFromElsewhere(node: Placed, segmentOf: (host: string) => string): string[] {
  const own = isCalledByOperators(node) ? [node.host] : [];
  return [...new Set([...hostsCalledByWorkloads(node, segmentOf), ...own])].sort();
}

/**
 * The hosts for the witnesses of a notary's lease: Iguana's host alone, or three hosts if the notary runs on three or
 * more. The first hosts are taken, so a fourth one that is added at the end changes nothing.
 * @param hosts those that the notary runs on, in the order in which the stack lists them
 */
export function witnessHosts(iguanaHost: string, hosts: readonly string[]): string[] {
  const others = [...new Set(hosts)].filter((host) => host !== iguanaHost);
  return others.length < 2 ? [iguanaHost] : [iguanaHost, ...others.slice(0, 2)];
}
