/**
 * What an agent answers to `split` and `consolidate`: what it would make, or has made. It is also the form in which it
 * hands it over.
 */
export interface CoinsAnswer {
  readonly symbol: string;
  /** For people, one line each: what would be made or was made, and what is missing. */
  readonly text: readonly string[];
  /** Empty if there is nothing to make, or if it cannot be made. */
  readonly transactions: readonly CoinsTransaction[];
}

/** A transaction of the key's own coins. Values are in coins. */
export interface CoinsTransaction {
  readonly inputs: number;
  /** What all inputs are worth. */
  readonly value: number;
  readonly outputs: number;
  readonly fee: number;
  /** Absent in a dry run. */
  readonly txid?: string | undefined;
}
