import { everyNode, type Stack } from "../../config/stack";
import { AGENT_ROLE, agentName, clientsName, daemonName, iguanaName, witnessName } from "../../notary/names";
import { deployedChains, hasAgent, hasClients, witnessesOf } from "../../notary/placement";
import { rpcGraph } from "../../notary/rpcGraph";
import type { DeployedChain, Node, Notary } from "../../notary/types";
import type { ContainerAddress } from "../../platforms/operations";

/** Something of a stack that runs in a container of its own, as an operator names it. */
export interface Part extends ContainerAddress {
  /** Name of the notary or node that it is of. */
  readonly node: string;
  /** The symbol of a chain, or `iguana`, `agent`, `clients`, `witness`. */
  readonly label: string;
  /** What is run, if the part is a chain's daemon. */
  readonly chain?: DeployedChain | undefined;
}

/**
 * All parts of a stack. Those that call others come before those that they call: Iguana and the agent, assetchains, KMD,
 * LTC. Stopped in this order, no part calls another that is away already.
 */
export function partsOf(stack: Pick<Stack, "notaries" | "nodes">): Part[] {
  return everyNode(stack).flatMap((node) => [...callersOf(node), ...chainsOf(node), ...witnesses(node)]);
}

/** The container that answers for a node: it reads all of the node's chains. Undefined if the node has none. */
export function readerOf(node: Node | Notary): ContainerAddress | undefined {
  const { name, host } = node;
  if ("iguana" in node) return { host, workload: iguanaName(name), role: AGENT_ROLE };
  return hasAgent(node) ? { host, workload: agentName(name) } : undefined;
}

function callersOf(node: Node | Notary): Part[] {
  const { name, host } = node;
  const iguana = "iguana" in node ? [{ node: name, label: "iguana", host, workload: iguanaName(name) }] : [];
  const reader = readerOf(node);
  const agent = reader === undefined ? [] : [{ node: name, label: "agent", ...reader }];
  const clients = hasClients(node)
    ? [{ node: name, label: "clients", host, workload: clientsName(name) }]
    : [];
  return [...iguana, ...agent, ...clients];
}

function witnesses(node: Node | Notary): Part[] {
  const hosts = "lease" in node ? witnessesOf(node) : [];
  return hosts.map((host) => ({
    node: node.name,
    label: "witness",
    host,
    workload: witnessName(node.name, host),
  }));
}

function chainsOf(node: Node): Part[] {
  const deployed = deployedChains(node);
  const callees = new Map<string, string[]>();
  for (const { caller, callee } of rpcGraph(node.chains.map(({ chain }) => chain))) {
    callees.set(caller, [...(callees.get(caller) ?? []), callee]);
  }
  const depth = (symbol: string): number =>
    Math.max(0, ...(callees.get(symbol) ?? []).map((callee) => depth(callee) + 1));
  return deployed
    .map((chain) => ({
      node: node.name,
      label: chain.chain.symbol,
      host: chain.host,
      workload: daemonName(node.name, chain.chain.symbol),
      chain,
    }))
    .sort((one, other) => depth(other.label) - depth(one.label) || (one.label < other.label ? -1 : 1));
}
