/** A coin that may be split: it is in a block, and it is no notary UTXO. */
export interface Coin {
  readonly txid: string;
  readonly vout: number;
  /** In satoshi. */
  readonly value: number;
}

/** What a split follows from. All values are in satoshi. */
export interface SplitFacts {
  /** The notary UTXOs that there are: also those that are locked, and those that are in no block yet. */
  readonly count: number;
  /** How many of them are in no block yet. */
  readonly unconfirmed: number;
  /** Below this number they are filled up. */
  readonly low: number;
  /** They are filled up to this number. */
  readonly high: number;
  /** The size of one. */
  readonly size: number;
  readonly coins: readonly Coin[];
  /** The fee for 1000 bytes. */
  readonly feeRate: number;
}

/** One transaction that makes notary UTXOs out of coins. All values are in satoshi. */
export interface Split {
  readonly inputs: readonly Coin[];
  /** How many notary UTXOs it makes. */
  readonly outputs: number;
  /** Goes back to the notary's address. 0 for none. */
  readonly change: number;
  readonly fee: number;
}

/**
 * `enough`: there is nothing to do. `waiting`: notary UTXOs are in no block yet, so a split is under way.
 *
 * `missing` is the value in satoshi that a further coin needs, so that there are `low` notary UTXOs; 0 where the coins
 * suffice. With both a split and something missing, the split makes as many as the coins allow.
 */
export type SplitPlan =
  | { readonly kind: "enough" | "waiting" }
  | { readonly kind: "split"; readonly split: Split; readonly missing: number }
  | { readonly kind: "short"; readonly missing: number };

/** The size of the parts of a transaction, in bytes. Inputs are the largest ones, those that name a key's hash. */
export const BYTES = { input: 148, notaryUtxo: 44, change: 34, rest: 60 };
/** Operators' tools make as many outputs at most (docs/internals/domain.md, notary UTXOs). */
const MOST_OUTPUTS = 252;
/** It keeps the transaction below 100,000 bytes, which is what daemons relay. */
export const MOST_INPUTS = 300;
/** No daemon of a notary calls an output of this value dust: it is litecoind's bound, the highest. */
const LEAST_CHANGE = 5460;

/**
 * What to split, so that there are neither too few notary UTXOs nor too many. It takes the smallest coin that suffices
 * alone, or else the largest ones. A change that would be dust is left to the fee.
 */
export function planSplit(facts: SplitFacts): SplitPlan {
  const { count, low, high, coins, feeRate } = facts;
  if (count >= low) return { kind: "enough" };
  if (facts.unconfirmed > 0) return { kind: "waiting" };
  // One output is left for the change.
  const wanted = Math.min(high - count, MOST_OUTPUTS - 1);
  const useful = coins.filter(({ value }) => value > feeOf(BYTES.input, feeRate));
  const inputs = chooseInputs(useful, costOf(facts, wanted));
  const total = totalOf(inputs);
  const missing = Math.max(0, costOf(facts, Math.min(low - count, wanted))(inputs.length + 1) - total);
  const outputs = mostOutputs(facts, wanted, inputs);
  if (outputs < 1) return { kind: "short", missing };
  return {
    kind: "split",
    split: finish(facts, inputs, outputs),
    missing: outputs >= Math.min(low - count, wanted) ? 0 : missing,
  };
}

export function feeOf(bytes: number, feeRate: number): number {
  return Math.ceil((bytes * feeRate) / 1000);
}

/** What so many notary UTXOs cost without a change, by the number of inputs. */
function costOf({ size, feeRate }: SplitFacts, outputs: number): (inputs: number) => number {
  return (inputs) =>
    outputs * size + feeOf(BYTES.rest + inputs * BYTES.input + outputs * BYTES.notaryUtxo, feeRate);
}

function chooseInputs(coins: readonly Coin[], cost: (inputs: number) => number): readonly Coin[] {
  const largestFirst = [...coins].sort((a, b) => b.value - a.value);
  const alone = largestFirst.findLast(({ value }) => value >= cost(1));
  if (alone !== undefined) return [alone];
  const chosen: Coin[] = [];
  for (const coin of largestFirst.slice(0, MOST_INPUTS)) {
    chosen.push(coin);
    if (totalOf(chosen) >= cost(chosen.length)) break;
  }
  return chosen;
}

export function totalOf(coins: readonly Coin[]): number {
  return coins.reduce((total, { value }) => total + value, 0);
}

/** How many of the wanted notary UTXOs the inputs pay for. */
function mostOutputs(facts: SplitFacts, wanted: number, inputs: readonly Coin[]): number {
  const total = totalOf(inputs);
  let outputs = wanted;
  while (outputs > 0 && costOf(facts, outputs)(inputs.length) > total) outputs -= 1;
  return outputs;
}

function finish(facts: SplitFacts, inputs: readonly Coin[], outputs: number): Split {
  const total = totalOf(inputs);
  const left = total - costOf(facts, outputs)(inputs.length);
  const change = left - feeOf(BYTES.change, facts.feeRate);
  const kept = change < leastChange(facts.feeRate) ? 0 : change;
  return { inputs, outputs, change: kept, fee: total - outputs * facts.size - kept };
}

/** Daemons refuse outputs whose value is not three times what it costs to spend them. */
export function leastChange(feeRate: number): number {
  return Math.max(LEAST_CHANGE, 3 * feeOf(BYTES.input + BYTES.change, feeRate));
}

/** A split for people: `split 1 coin of 0.5 into 40 of 0.0001, change 0.49…, fee 0.00002`. */
export function splitText({ inputs, outputs, change, fee }: Split, size: number): string {
  const coins = inputs.length === 1 ? "1 coin" : `${inputs.length} coins`;
  const back = change === 0 ? "no change" : `change ${coinText(change)}`;
  return `split ${coins} of ${coinText(totalOf(inputs))} into ${outputs} of ${coinText(size)}, ${back}, fee ${coinText(fee)}`;
}

/** A value in satoshi as people write it: 0.0001. */
export function coinText(satoshi: number): string {
  return (satoshi / 1e8).toFixed(8).replace(/\.?0+$/, "");
}
