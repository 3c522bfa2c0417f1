import type { Chain } from "../../chains/chain";
import type { Node } from "../../notary/types";
import type { Context, Report } from "../context";
import type { NodeSettings } from "../schema/node";
import { resolveClients } from "./clients";
import { checkSymbols, placeChain, requireHost, selectNodeChains, shiftedPort } from "./nodeChains";

/** Resolves one node with everything that its entry names. Names that mean nothing go to `report`. */
export function resolveNode(context: Context, node: NodeSettings, report: Report): Node {
  return resolveDaemonsOf(context, node, (chain) => chain, report);
}

/**
 * Resolves what a notary has in common with a node.
 * @param withOwn adds what a notary says of a chain. `flags` are those that the stack's config states for its daemon
 */
export function resolveDaemonsOf(
  context: Context,
  node: NodeSettings,
  withOwn: (chain: Chain, flags: readonly string[]) => Chain,
  report: Report,
): Node {
  const { settings, secrets } = context;
  const { name, host, placement, rotation, rotatedFrom } = node;
  requireHost(settings, host, report, "host");
  const selected = selectNodeChains(context, node, withOwn, report);
  const symbols = selected.map(({ chain }) => chain.symbol);
  checkSymbols(name, { placement, rotation, rotatedFrom }, symbols, report);
  return {
    name,
    passphrase: secrets.passphrases[name],
    chains: selected.map((chain) => placeChain(context, node, chain, report)),
    host,
    linkPort: shiftedPort(node, "links from elsewhere", node.linkPort, report),
    clients: resolveClients(context, node, symbols, report),
    authority: node.authority,
    agentImage: settings.images.agent,
  };
}
