import { everyNode, type Stack } from "../config/stack";
import { daemonName } from "../notary/names";
import { deployedChains } from "../notary/placement";

/**
 * The names of the workloads that are replaced first if a change replaces them: the daemons of the chain that the config
 * names, and then those of assetchains. An assetchain that is down costs the least: Iguana and all assetchains call KMD,
 * and KMD calls LTC.
 */
export function canaries(stack: Pick<Stack, "rollOut" | "notaries" | "nodes">): string[] {
  const daemons = everyNode(stack).flatMap((node) =>
    deployedChains(node).map(({ chain }) => ({ chain, name: daemonName(node.name, chain.symbol) })),
  );
  const named = daemons.filter(({ chain }) => chain.symbol === stack.rollOut.canary);
  const usual = daemons.filter(({ chain }) => chain.assetchain);
  return [...new Set([...named, ...usual].map(({ name }) => name))];
}
