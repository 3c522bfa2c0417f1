import type { DeployedChain, ExternalChain, NotaryChain, NotaryNodeArgs } from "../components/NotaryNode";
import { IGUANA, rpcGraph } from "./rpcGraph";

type Placed = Pick<NotaryNodeArgs, "chains" | "host" | "witnesses"> & {
  readonly iguana: Pick<NotaryNodeArgs["iguana"], "listenToAll">;
};

export function isExternal(chain: NotaryChain): chain is ExternalChain {
  return "external" in chain;
}

/** The chains whose daemons are the notary's own. */
export function deployedChains({ chains }: Pick<Placed, "chains">): DeployedChain[] {
  return chains.filter((chain): chain is DeployedChain => !isExternal(chain));
}

/** Every host that something of the notary runs on, sorted. */
export function hostsOf(notary: Placed): string[] {
  const hosts = [notary.host, ...notary.witnesses, ...deployedChains(notary).map(({ host }) => host)];
  return [...new Set(hosts)].sort();
}

/**
 * Hosts with a workload that is called from another segment or from an operator's machine, sorted.
 * @param segmentOf hosts of one segment have their workloads on one network; each its own where absent
 */
export function hostsCalledFromElsewhere(
  notary: Placed,
  segmentOf: (host: string) => string = (host) => host,
): string[] {
  const { host: iguanaHost, witnesses, iguana } = notary;
  const hosts = new Map(deployedChains(notary).map(({ chain, host }) => [chain.symbol, host]));
  const called = rpcGraph(notary.chains.map(({ chain }) => chain)).flatMap(({ caller, callee }) => {
    const from = caller === IGUANA ? iguanaHost : hosts.get(caller);
    const to = hosts.get(callee);
    if (to === undefined || from === undefined) return [];
    return segmentOf(to) === segmentOf(from) ? [] : [to];
  });
  const witnessing = witnesses.filter((host) => segmentOf(host) !== segmentOf(iguanaHost));
  return [...new Set([...called, ...witnessing, ...(iguana.listenToAll ? [iguanaHost] : [])])].sort();
}

/**
 * Hosts for the witnesses of a notary's lease: Iguana's own, or three where there are so many. `hosts` are those that
 * the notary runs on, in the order in which the stack lists them, so that a host more changes nothing from the fourth on.
 */
export function witnessHosts(iguanaHost: string, hosts: readonly string[]): string[] {
  const others = [...new Set(hosts)].filter((host) => host !== iguanaHost);
  return others.length < 2 ? [iguanaHost] : [iguanaHost, ...others.slice(0, 2)];
}
