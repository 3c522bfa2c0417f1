import { deployedChains, witnessHosts } from "../../notary/placement";
import { missingDests } from "../../notary/rpcGraph";
import type { LeasePlace, Notary, UtxoBounds } from "../../notary/types";
import type { Context, Report } from "../context";
import type { NotarySettings } from "../schema/notary";
import { resolveIguana } from "./daemons";
import { resolveNetwork, withNetwork } from "./network";
import { checkSymbols } from "./nodeChains";
import { resolveDaemonsOf } from "./nodes";

/** The key of `utxos` that stands for every chain of the notary. */
const ALL_CHAINS = "all";

/** Resolves one notary with everything that its entry names. Names that mean nothing go to `report`. */
export function resolveNotary(context: Context, notary: NotarySettings, report: Report): Notary {
  const { settings } = context;
  const { name, host, dest } = notary;
  const network = resolveNetwork(context, notary, report);
  const node = resolveDaemonsOf(
    context,
    notary,
    (chain, flags) => withNetwork(chain, notary, network, flags),
    report,
  );
  const chains = node.chains.map(({ chain }) => chain);
  const symbols = chains.map(({ symbol }) => symbol);
  const { [ALL_CHAINS]: _, ...utxos } = notary.utxos;
  checkSymbols(name, { dest, utxos }, symbols, report);
  for (const message of missingDests(chains)) report(message, "chains");
  const used = new Set([host, ...deployedChains(node).map((chain) => chain.host)]);
  return {
    ...node,
    // A notary without a passphrase is reported by checkPassphrases.
    passphrase: node.passphrase ?? "",
    ipAddress: notary.address ?? settings.hosts.find(({ name }) => name === host)?.address ?? "",
    peers: notary.peers ?? network?.peers ?? [],
    lease: resolveLease(context, notary, used),
    iguana: resolveIguana(settings.iguana, notary.iguana, network),
    utxos: resolveUtxos(notary, symbols),
  };
}

function resolveUtxos({ utxos }: NotarySettings, symbols: readonly string[]): Record<string, UtxoBounds> {
  return Object.fromEntries(
    symbols.flatMap((symbol) => {
      const bounds = utxos[symbol] ?? utxos[ALL_CHAINS] ?? "none";
      return bounds === "none" ? [] : [[symbol, bounds]];
    }),
  );
}

/**
 * Decides who lends the lease of a notary's Iguana. Its platform may do so itself. Otherwise witnesses do, which run
 * only on hosts of platforms that leave it to witnesses.
 */
function resolveLease(
  { settings, shares }: Context,
  { host, lease }: NotarySettings,
  used: ReadonlySet<string>,
): LeasePlace {
  if (lease === "none") return { kind: "none" };
  const lessor = (name: string) => shares.of(name)?.lessor ?? "witnesses";
  if (lessor(host) === "platform") return { kind: "platform" };
  const able = settings.hosts.map(({ name }) => name).filter((name) => lessor(name) === "witnesses");
  return {
    kind: "witnesses",
    hosts: witnessHosts(
      host,
      able.filter((name) => used.has(name)),
    ),
  };
}
