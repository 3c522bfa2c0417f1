import type { Problem } from "../../input/problem";
import type { Chain } from "../chain";

/** The form of a symbol in names on the network, where case is nothing and _ is not allowed: `gleec-old`. */
export function networkName(symbol: string): string {
  return symbol.toLowerCase().replaceAll("_", "-");
}

/**
 * What two chains of a list may not share: a symbol, its form on the network, a conf, a port. A notary's chains
 * share its host's ports, and p2p of one chain can equal RPC of another.
 */
export function conflicts(chains: readonly Chain[]): Problem[] {
  return [...nameConflicts(chains), ...portConflicts(chains), ...confConflicts(chains)];
}

function nameConflicts(chains: readonly Chain[]): Problem[] {
  return later(chains, ({ symbol }) => [networkName(symbol)]).map(({ chain, earlier }) => {
    const line = earlier.position.line;
    const message =
      chain.symbol === earlier.symbol
        ? `the symbol "${chain.symbol}" is taken by the chain on line ${line}; give one of them another "symbol"`
        : `the symbols "${chain.symbol}" and "${earlier.symbol}" (line ${line}) are both ` +
          `${networkName(chain.symbol)} on the network; give one of them another "symbol"`;
    return { message, position: chain.position };
  });
}

function portConflicts(chains: readonly Chain[]): Problem[] {
  const twice = chains
    .filter(({ p2pPort, rpcPort }) => p2pPort === rpcPort)
    .map(({ symbol, p2pPort, position }) => ({
      message: `${symbol} has port ${p2pPort} for p2p and for RPC`,
      position,
    }));
  const shared = later(unlikeNames(chains), ({ p2pPort, rpcPort }) => [p2pPort, rpcPort]);
  return [
    ...twice,
    ...shared.map(({ chain, earlier, value }) => {
      const of = (one: Chain): string => `the ${one.p2pPort === value ? "p2p" : "RPC"} port of ${one.symbol}`;
      const message = `${value} is ${of(chain)} and ${of(earlier)} (line ${earlier.position.line})`;
      return { message, position: chain.position };
    }),
  ];
}

function confConflicts(chains: readonly Chain[]): Problem[] {
  return later(unlikeNames(chains), ({ confPath }) => [confPath]).map(({ chain, earlier, value }) => {
    const message = `${chain.symbol} and ${earlier.symbol} (line ${earlier.position.line}) would both have the conf ${value}`;
    return { message, position: chain.position };
  });
}

/** Without the chains that are there by name already: one problem for a repeated entry is enough. */
function unlikeNames(chains: readonly Chain[]): Chain[] {
  const names = chains.map(({ symbol }) => networkName(symbol));
  return chains.filter((_, index) => names.indexOf(names[index] ?? "") === index);
}

/** Each chain that has a value of an earlier one, with that value. */
function later<T>(
  chains: readonly Chain[],
  values: (chain: Chain) => readonly T[],
): { readonly chain: Chain; readonly earlier: Chain; readonly value: T }[] {
  const first = new Map<T, Chain>();
  return chains.flatMap((chain) =>
    [...new Set(values(chain))].flatMap((value) => {
      const earlier = first.get(value);
      if (!earlier) {
        first.set(value, chain);
        return [];
      }
      return [{ chain, earlier, value }];
    }),
  );
}
