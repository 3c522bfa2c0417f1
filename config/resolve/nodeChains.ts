import type { Chain } from "../../chains/chain";
import { selectChains } from "../../chains/list/chainList";
import type { Path } from "../../input/source";
import type { FormerRotation, NodeChain } from "../../notary/types";
import type { Context, Report } from "../context";
import type { NodeSettings } from "../schema/node";
import type { StackSettings } from "../schema/stack";
import { resolveBackup } from "./backup";
import { resolveDaemon } from "./daemons";
import { resolveExternal } from "./external";

/** A chain of a node, before it is decided where it runs. */
export interface SelectedChain {
  readonly chain: Chain;
  /** The host that the entry of `chains` states, if it does. */
  readonly placed?: string | undefined;
  /** Index of the entry. */
  readonly index: number;
}

/**
 * The node's chains, with the prefixes that the stack's daemons state.
 * @param withOwn adds what the node says of a chain. `flags` are those that the stack's config states for its daemon
 */
export function selectNodeChains(
  { chainList, settings }: Context,
  node: NodeSettings,
  withOwn: (chain: Chain, flags: readonly string[]) => Chain,
  report: Report,
): SelectedChain[] {
  const selected = new Map<string, SelectedChain>();
  for (const [index, entry] of node.chains.entries()) {
    const [[name = "", placed] = []] = typeof entry === "string" ? [[entry]] : Object.entries(entry);
    const { chains, problems } = selectChains(chainList, [name]);
    for (const { message } of problems) report(message, "chains", index);
    for (const chain of chains) {
      const { prefixes = chain.prefixes, flags = [] } = settings.daemons[chain.daemon] ?? {};
      selected.set(chain.symbol, { chain: withOwn({ ...chain, prefixes }, flags), index, placed });
    }
  }
  return [...selected.values()];
}

/** Reports keys that stand for no chain of the node, in values that are keyed by symbol. */
export function checkSymbols(
  node: string,
  keyed: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  symbols: readonly string[],
  report: Report,
): void {
  for (const [key, values] of Object.entries(keyed)) {
    for (const symbol of Object.keys(values)) {
      if (!symbols.includes(symbol))
        report(
          `${symbol} is not among the chains of ${node}; add it to them, or remove it here`,
          key,
          symbol,
        );
    }
  }
}

/** Resolves where and how a selected chain runs, or how it is called if somebody else runs it. */
export function placeChain(
  context: Context,
  node: NodeSettings,
  { chain, placed, index }: SelectedChain,
  report: Report,
): NodeChain {
  const { settings } = context;
  const { symbol, url } = chain;
  const elsewhere = node.placement[symbol];
  if (elsewhere !== undefined && placed !== undefined && elsewhere !== placed)
    report(`${symbol} is placed on ${placed} by \`chains\` and on ${elsewhere} here`, "placement", symbol);
  if (url !== undefined) {
    const message = `${symbol} has a url, so it runs on none of the hosts; state no host for it`;
    if (elsewhere !== undefined) report(message, "placement", symbol);
    else if (placed !== undefined) report(message, "chains", index);
    return { chain, external: resolveExternal(context, chain, url) };
  }
  if (elsewhere !== undefined) requireHost(settings, elsewhere, report, "placement", symbol);
  if (placed !== undefined) requireHost(settings, placed, report, "chains", index);
  const host = elsewhere ?? placed ?? node.host;
  const backup = resolveBackup(settings, context.secrets, { node: node.name, symbol });
  return {
    // A volume that gets a backup is not filled with an archive before.
    chain: backup?.given === undefined ? chain : { ...chain, bootstrap: undefined },
    daemon: resolveDaemon(chain, context.chainList.daemons, settings.daemons[chain.daemon], {
      storageGiB: context.shares.of(host)?.storageGiB(symbol),
      diskGuard: settings.diskGuard,
      backup,
    }),
    host,
    publishedPort: shiftedPort(node, `p2p of ${symbol}`, chain.p2pPort, report),
    rotation: node.rotation[symbol],
    rotatedFrom: formerRotation(node, symbol, report),
  };
}

/** What the node says of the chain's former password. Reports it if that is the present one. */
function formerRotation(
  { rotation, rotatedFrom }: NodeSettings,
  symbol: string,
  report: Report,
): FormerRotation | undefined {
  const former = rotatedFrom[symbol];
  if (former !== undefined && former.rotation === rotation[symbol])
    report(
      `${symbol} has this rotation now; state in \`rotation\` the one before it, or remove ${symbol} here`,
      "rotatedFrom",
      symbol,
    );
  return former;
}

/** Reports a host that the stack does not list. */
export function requireHost({ hosts }: StackSettings, host: string, report: Report, ...inner: Path): void {
  const names = hosts.map(({ name }) => name);
  if (names.includes(host)) return;
  report(`no host is named ${host}; dokomodo:hosts has ${names.join(", ")}`, ...inner);
}

/** A port as the node's hosts publish it: moved by the node's `portOffset`. */
export function shiftedPort(
  { portOffset }: NodeSettings,
  what: string,
  port: number,
  report: Report,
): number {
  const shifted = port + portOffset;
  if (shifted > 65535)
    report(
      `${what} would be published on port ${shifted}, and 65535 is the last; state a smaller portOffset`,
      "portOffset",
    );
  return shifted;
}
