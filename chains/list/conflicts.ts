import type { Problem } from "../../input/problem";
import type { Chain } from "../chain";

/** A symbol as a part of DNS names, in which case does not count and `_` is not allowed: `gleec-old`. */
export function networkName(symbol: string): string {
  return symbol.toLowerCase().replaceAll("_", "-");
}

/**
 * Reports chains that have the same symbol, the same form of it in DNS names, the same conf or the same port. The
 * chains of a notary share the ports of one host, so the p2p port of one chain must not be the RPC port of another
 * either.
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
      message: `${symbol} has port ${p2pPort} for p2p and for RPC; state two different ports`,
      position,
    }));
  const shared = later(unlikeNames(chains), ({ p2pPort, rpcPort }) => [p2pPort, rpcPort]);
  return [
    ...twice,
    ...shared.map(({ chain, earlier, value }) => {
      const of = (one: Chain): string => `the ${one.p2pPort === value ? "p2p" : "RPC"} port of ${one.symbol}`;
      const message =
        `${value} is ${of(chain)} and ${of(earlier)} (line ${earlier.position.line}); ` +
        "give one of the chains another port, or leave one out";
      return { message, position: chain.position };
    }),
  ];
}

function confConflicts(chains: readonly Chain[]): Problem[] {
  return later(unlikeNames(chains), ({ confPath }) => [confPath]).map(({ chain, earlier, value }) => {
    const message =
      `${chain.symbol} and ${earlier.symbol} (line ${earlier.position.line}) would both have the conf ${value}; ` +
      `give one of them another "${chain.assetchain ? "datadir" : "conf"}"`;
    return { message, position: chain.position };
  });
}

/** The chains without those that repeat the name of an earlier one, because that is reported already. */
function unlikeNames(chains: readonly Chain[]): Chain[] {
  const names = chains.map(({ symbol }) => networkName(symbol));
  return chains.filter((_, index) => names.indexOf(names[index] ?? "") === index);
}

/** Each chain that has a value of an earlier chain, with that chain and the value. */
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
