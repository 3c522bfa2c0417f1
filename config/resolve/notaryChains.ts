import type { Chain } from "../../chains/chain";
import { selectChains } from "../../chains/list/registry";
import type { Path } from "../../input/source";
import type { NotaryChain } from "../../notary/types";
import type { Context, Report } from "../context";
import type { NotarySettings } from "../schema/notary";
import type { StackSettings } from "../schema/stack";
import { resolveDaemon } from "./daemons";
import { resolveExternal } from "./external";

/** A chain of a notary, before it is known where it goes. */
export interface SelectedChain {
  readonly chain: Chain;
  /** Host that the entry of `chains` states. */
  readonly placed?: string | undefined;
  /** Of the entry. */
  readonly index: number;
}

/** The notary's chains as the stack runs them: with its daemons' prefixes and its own destinations. */
export function selectNotaryChains(
  { registry, settings }: Context,
  notary: NotarySettings,
  report: Report,
): SelectedChain[] {
  const selected = new Map<string, SelectedChain>();
  for (const [index, entry] of notary.chains.entries()) {
    const [[name = "", placed] = []] = typeof entry === "string" ? [[entry]] : Object.entries(entry);
    const { chains, problems } = selectChains(registry, [name]);
    for (const { message } of problems) report(message, "chains", index);
    for (const chain of chains) {
      const prefixes = settings.daemons[chain.daemon]?.prefixes ?? chain.prefixes;
      const { dest: usual, ...rest } = chain;
      const dest = notary.dest[chain.symbol] ?? usual;
      selected.set(chain.symbol, {
        chain: { ...rest, prefixes, dest: dest === "none" ? undefined : dest },
        index,
        placed,
      });
    }
  }
  return [...selected.values()];
}

/** Where a selected chain runs and how, or how it is called where somebody else runs it. */
export function placeChain(
  context: Context,
  notary: NotarySettings,
  { chain, placed, index }: SelectedChain,
  report: Report,
): NotaryChain {
  const { settings } = context;
  const { symbol, url } = chain;
  const elsewhere = notary.placement[symbol];
  if (elsewhere !== undefined && placed !== undefined && elsewhere !== placed)
    report(`${symbol} is placed on ${placed} by \`chains\` and on ${elsewhere} here`, "placement", symbol);
  if (url !== undefined) {
    const message = `${symbol} has a url, so it runs on none of the hosts`;
    if (elsewhere !== undefined) report(message, "placement", symbol);
    else if (placed !== undefined) report(message, "chains", index);
    return { chain, external: resolveExternal(context, chain, url) };
  }
  if (elsewhere !== undefined) requireHost(settings, elsewhere, report, "placement", symbol);
  if (placed !== undefined) requireHost(settings, placed, report, "chains", index);
  const host = elsewhere ?? placed ?? notary.host;
  return {
    chain,
    daemon: resolveDaemon(chain, settings.daemons[chain.daemon], context.shares.of(host)?.storageGiB(symbol)),
    host,
    publishedPort: shiftedPort(notary, `p2p of ${symbol}`, chain.p2pPort, report),
    rotation: notary.rotation[symbol],
  };
}

export function requireHost({ hosts }: StackSettings, host: string, report: Report, ...inner: Path): void {
  const names = hosts.map(({ name }) => name);
  if (names.includes(host)) return;
  report(`no host is named ${host}; dokomodo:hosts has ${names.join(", ")}`, ...inner);
}

/** A port as the notary's hosts have it. */
export function shiftedPort(
  { portOffset }: NotarySettings,
  what: string,
  port: number,
  report: Report,
): number {
  const shifted = port + portOffset;
  if (shifted > 65535)
    report(`${what} would be published on port ${shifted}, and 65535 is the last`, "portOffset");
  return shifted;
}
