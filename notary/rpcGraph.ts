import type { Chain } from "../chains/chain";

/**
 * What a caller is on a link. It is the OU of the caller's certificate. Clients call the clients' workload, which calls
 * daemons as `filter`. `agent` is that of a node without Iguana.
 */
export type Role =
  | "iguana"
  | "operator"
  | "assetchain"
  | "kmd"
  | "chain"
  | "witness"
  | "client"
  | "filter"
  | "agent";

/** An edge of the RPC graph: somebody calls a chain's RPC. */
export interface Link {
  /** `iguana`, `clients`, `agent`, or the symbol of the chain whose daemon calls. */
  readonly caller: string;
  /** Symbol of the chain that is called. */
  readonly callee: string;
  readonly role: Role;
  /** The callee's RPC port, which the caller finds on its own loopback. */
  readonly port: number;
}

/** The name of a notary's Iguana as the caller of a link. No chain may have it as its symbol. */
export const IGUANA = "iguana";

/** The name of a node's clients' workload as the caller of a link. No chain may have it as its symbol. */
export const CLIENTS = "clients";

/** The name of a node's own agent as the caller of a link. No chain of such a node may have it as its symbol. */
export const AGENT = "agent";

/** The name of the operator among a node's clients. No client of the config may have it. */
export const OPERATOR = "operator";

/**
 * Who calls whom in one notary. Iguana calls every chain. To check notarisations, every assetchain calls KMD, and KMD
 * calls LTC, the chain that it is notarised to. A daemon that somebody else runs calls no daemon of the notary. In a
 * node without Iguana nobody makes Iguana's calls.
 * (docs/internals/domain.md, where Iguana calls a chain, the check of notarisations, -notary)
 */
export function rpcGraph(chains: readonly Chain[]): readonly Link[] {
  const named = (symbol: string): readonly Chain[] => chains.filter((chain) => chain.symbol === symbol);
  const kmd = named("KMD");
  const ours = chains.filter(({ url }) => url === undefined);
  return [
    ...chains.map(link(IGUANA, "iguana")),
    ...ours
      .filter(({ assetchain }) => assetchain)
      .flatMap(({ symbol }) => kmd.map(link(symbol, "assetchain"))),
    ...ours.filter(({ symbol }) => symbol === "KMD").flatMap(() => named("LTC").map(link("KMD", "kmd"))),
  ];
}

/** The links of a node's clients' workload. It calls every chain, because operators may. */
export function clientLinks(chains: readonly Chain[]): readonly Link[] {
  return chains.map(link(CLIENTS, "filter"));
}

/** The links of the agent of a node without Iguana. It reads every chain's daemon. */
export function agentLinks(chains: readonly Chain[]): readonly Link[] {
  return chains.map(link(AGENT, "agent"));
}

function link(caller: string, role: Role): (callee: Chain) => Link {
  return ({ symbol, rpcPort }) => ({ caller, callee: symbol, role, port: rpcPort });
}

/** The role of a chain's daemon on the links to those that it calls. No proxy lets the role `chain` in. */
export function roleOf(chain: Pick<Chain, "symbol" | "assetchain">): Role {
  if (chain.symbol === "KMD") {
    return "kmd";
  }
  return chain.assetchain ? "assetchain" : "chain";
}

/**
 * The roles that a chain's inbound proxy lets in. They do not depend on the notary's other chains, nor on whether it has
 * clients, Iguana or a key, so a new chain, a first client or a key changes no callee.
 */
export function rolesThatMayCall(chain: Pick<Chain, "symbol">): readonly Role[] {
  switch (chain.symbol) {
    case "KMD":
      return ["iguana", "operator", "filter", "agent", "assetchain"];
    case "LTC":
      return ["iguana", "operator", "filter", "agent", "kmd"];
    default:
      return ["iguana", "operator", "filter", "agent"];
  }
}

/** One message for each chain of a notary whose notarisations would go to a chain that the notary does not have. */
export function missingDests(chains: readonly Chain[]): string[] {
  const symbols = new Set(chains.map(({ symbol }) => symbol));
  return chains.flatMap(({ symbol, dest }) => {
    return dest === undefined || symbols.has(dest)
      ? []
      : [`${symbol} is notarised to ${dest}, which is not among the notary's chains; add ${dest}`];
  });
}
