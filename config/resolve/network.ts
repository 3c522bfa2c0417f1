import type { Chain } from "../../chains/chain";
import { daemonDefaults } from "../../chains/daemons";
import { address } from "../../chains/keys";
import { flagName } from "../../chains/ownFlags";
import { suggestion } from "../../input/nearest";
import type { Context, Report } from "../context";
import { ALL_NOTARIES, type DpowNetwork } from "../schema/network";
import type { NotarySettings } from "../schema/notary";

/** The dPoW network that a notary names. Undefined if it names none, or one that the file does not have. */
export function resolveNetwork(
  { settings, dpowNetworks }: Context,
  { network: name, whitelist = [] }: NotarySettings,
  report: Report,
): DpowNetwork | undefined {
  if (name === undefined) {
    const index = whitelist.indexOf(ALL_NOTARIES);
    if (index >= 0)
      report("`notaries` stands for those of a network; state `network`, or addresses", "whitelist", index);
    return undefined;
  }
  const network = dpowNetworks[name];
  if (network === undefined) {
    const known = Object.keys(dpowNetworks);
    report(`${settings.networksFile} has no network ${name}${suggestion(name, known)}`, "network");
  }
  return network;
}

/**
 * A chain with what a notary and its network say of it. A notary's word goes before its network's, and that before the
 * list of chains.
 * @param ownFlags the flags that the stack's config states for the chain's daemon
 */
export function withNetwork(
  chain: Chain,
  notary: NotarySettings,
  network: DpowNetwork | undefined,
  ownFlags: readonly string[],
): Chain {
  const { symbol, dest: usual, ...rest } = chain;
  const dest = notary.dest[symbol] ?? network?.dest[symbol] ?? usual;
  const own = new Set(ownFlags.map(flagName));
  const added = (network?.flags[symbol] ?? []).filter((flag) => !own.has(flagName(flag)));
  const replaced = new Set(added.map(flagName));
  const kept = (flags: readonly string[]) => flags.filter((flag) => !replaced.has(flagName(flag)));
  return {
    ...rest,
    symbol,
    dest: dest === "none" ? undefined : dest,
    freq: network?.freq[symbol] ?? chain.freq,
    parameterFlags: kept(chain.parameterFlags),
    flags: [...kept(chain.flags), ...added, ...whitelistFlags(chain, notary, network)],
  };
}

/**
 * Only daemons of the Komodo family know the flag. On a private chain, nothing that is sent to the notary would come
 * from an address of the list (docs/internals/domain.md, the wallet's filter).
 */
function whitelistFlags(chain: Chain, notary: NotarySettings, network: DpowNetwork | undefined): string[] {
  if (!daemonDefaults(chain.daemon).takesPublicKey || chain.parameterFlags.includes("-ac_private=1"))
    return [];
  const addresses = (notary.whitelist ?? network?.whitelist ?? []).flatMap((entry) =>
    entry === ALL_NOTARIES ? addressesOf(network, chain) : entry,
  );
  const flags = addresses.map((each) => `-whitelistaddress=${each}`);
  const stated = [...chain.parameterFlags, ...chain.flags];
  return [...new Set(flags)].filter((flag) => !stated.includes(flag));
}

function addressesOf(network: DpowNetwork | undefined, { prefixes }: Chain): string[] {
  const keys = (network?.notaries ?? []).flatMap((notary) => Object.values(notary));
  return keys.filter((key) => key !== "own").map((key) => address(key, prefixes));
}
