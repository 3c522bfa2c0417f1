import { deployedChains, witnessHosts } from "../../notary/placement";
import { missingDests } from "../../notary/rpcGraph";
import type { LeasePlace, Notary, UtxoBounds } from "../../notary/types";
import type { Context, Report } from "../context";
import type { NotarySettings } from "../schema/notary";
import { resolveIguana } from "./daemons";
import { resolveNetwork } from "./network";
import { placeChain, requireHost, selectNotaryChains, shiftedPort } from "./notaryChains";

/** The key of `utxos` that stands for every chain of the notary. */
const ALL_CHAINS = "all";

/** Resolves one notary with everything that its entry names. Names that mean nothing go to `report`. */
export function resolveNotary(context: Context, notary: NotarySettings, report: Report): Notary {
  const { settings, secrets } = context;
  const { host } = notary;
  requireHost(settings, host, report, "host");
  const network = resolveNetwork(context, notary, report);
  const selected = selectNotaryChains(context, notary, network, report);
  const symbols = selected.map(({ chain }) => chain.symbol);
  for (const key of ["placement", "dest", "rotation", "utxos"] as const) {
    for (const symbol of Object.keys(notary[key])) {
      if (!symbols.includes(symbol) && !(key === "utxos" && symbol === ALL_CHAINS))
        report(
          `${symbol} is not among the chains of ${notary.name}; add it to them, or remove it here`,
          key,
          symbol,
        );
    }
  }
  for (const message of missingDests(selected.map(({ chain }) => chain))) report(message, "chains");
  const chains = selected.map((chain) => placeChain(context, notary, chain, report));
  const used = new Set([host, ...deployedChains({ chains }).map((chain) => chain.host)]);
  return {
    name: notary.name,
    passphrase: secrets.passphrases[notary.name] ?? "",
    host,
    ipAddress: notary.address ?? settings.hosts.find(({ name }) => name === host)?.address ?? "",
    peers: notary.peers ?? network?.peers ?? [],
    linkPort: shiftedPort(notary, "links from elsewhere", notary.linkPort, report),
    lease: resolveLease(context, notary, used),
    agentImage: settings.images.agent,
    iguana: resolveIguana(settings.iguana, notary.iguana, network),
    chains,
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
