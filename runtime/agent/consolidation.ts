import { BYTES, type Coin, coinText, feeOf, leastChange, MOST_INPUTS, totalOf } from "./split";

/** One transaction that makes one coin out of several. All values are in satoshi. */
export interface Merge {
  readonly inputs: readonly Coin[];
  /** Goes to the node's address. */
  readonly output: number;
  readonly fee: number;
}

/** The most transactions at once. A wallet with more coins is worked on again when these are in a block. */
const MOST_MERGES = 20;

/**
 * Which coins to merge. The smallest ones come first, and each transaction has as many as daemons relay. A coin that is
 * worth less than it costs to spend is left alone, and so is one that would be merged with no other. Interest is not
 * claimed (docs/internals/domain.md, interest of KMD).
 * @param feeRate satoshi for 1000 bytes
 */
export function planConsolidation(coins: readonly Coin[], feeRate: number): readonly Merge[] {
  const useful = coins
    .filter(({ value }) => value > feeOf(BYTES.input, feeRate))
    .sort((one, other) => one.value - other.value);
  const merges: Merge[] = [];
  for (let start = 0; start < useful.length && merges.length < MOST_MERGES; start += MOST_INPUTS) {
    const inputs = useful.slice(start, start + MOST_INPUTS);
    const fee = feeOf(BYTES.rest + inputs.length * BYTES.input + BYTES.change, feeRate);
    const output = totalOf(inputs) - fee;
    if (inputs.length > 1 && output >= leastChange(feeRate)) merges.push({ inputs, output, fee });
  }
  return merges;
}

/** A merge for people: `merge 300 coins of 0.9 into 1 of 0.8995506, fee 0.0004494`. */
export function mergeText({ inputs, output, fee }: Merge): string {
  return `merge ${inputs.length} coins of ${coinText(totalOf(inputs))} into 1 of ${coinText(output)}, fee ${coinText(fee)}`;
}
