import { ownerText } from "../../notary/names";
import type { NotaryUtxosReading } from "../../readings/chain";
import type { ObservedNode } from "./observation";

/** The coins of one node's key on one chain. */
export interface Balance {
  readonly node: string;
  readonly symbol: string;
  readonly address?: string | undefined;
  /** What the address can spend, in coins. Absent while it is not known. */
  readonly balance?: number | undefined;
  /** In how many outputs that is, without notary UTXOs. */
  readonly coins?: number | undefined;
  readonly notaryUtxos?: NotaryUtxosReading | undefined;
}

/** What `dokomodo balance --json` prints. */
export interface BalanceReport {
  readonly schema: 1;
  readonly chains: readonly Balance[];
  /** The notary UTXOs of all chains. */
  readonly notaryUtxos: { readonly count: number; readonly locked: number };
  /** What is left out, and what could not be read, for people. */
  readonly notes: readonly string[];
}

/**
 * The coins as the agents know them. A node without a key is left out with a word.
 * @param symbols the chains that are asked for; all if empty
 */
export function balancesOf(nodes: readonly ObservedNode[], symbols: readonly string[]): BalanceReport {
  const chains: Balance[] = [];
  const notes: string[] = [];
  for (const { node, readings, problem } of nodes) {
    const asked = node.chains
      .map(({ chain }) => chain.symbol)
      .filter((symbol) => symbols.length === 0 || symbols.includes(symbol));
    if (asked.length === 0) continue;
    if (readings === undefined)
      notes.push(problem ?? `${ownerText(node)} has no agent, so nobody reads its chains`);
    else if (readings.publicKey === undefined)
      notes.push(`${ownerText(node)} has no key, so it has no coins: ${asked.join(", ")}`);
    else
      for (const symbol of asked) {
        const { address, balance, coins, notaryUtxos } = readings.chains[symbol] ?? {};
        chains.push({ node: node.name, symbol, address, balance, coins, notaryUtxos });
      }
  }
  const all = chains.flatMap(({ notaryUtxos }) => notaryUtxos ?? []);
  const total = (of: (utxos: NotaryUtxosReading) => number) => all.reduce((sum, each) => sum + of(each), 0);
  const notaryUtxos = { count: total(({ count }) => count), locked: total(({ locked }) => locked) };
  return { schema: 1, chains, notaryUtxos, notes };
}

/** The columns of the table for people. */
export const BALANCE_HEAD = [
  "chain",
  "address",
  "balance",
  "coins",
  "notary UTXOs",
  "bounds",
  "next",
  "last split",
];

/** One row of the table. */
export function balanceRow(
  { node, symbol, address, balance, coins, notaryUtxos }: Balance,
  isOneNode: boolean,
): readonly string[] {
  const { count, locked, low, high, next, lastSplit } = notaryUtxos ?? {};
  return [
    isOneNode ? symbol : `${node}/${symbol}`,
    address ?? "",
    balance === undefined ? "unknown" : String(balance),
    coins === undefined ? "" : String(coins),
    count === undefined ? "" : locked === 0 ? String(count) : `${count} and ${locked} locked`,
    low === undefined ? "" : `${low} to ${high ?? "?"}`,
    next ?? "",
    lastSplit === undefined ? "" : lastSplit.slice(0, 12),
  ];
}
