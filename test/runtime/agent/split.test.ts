import { expect, test } from "vitest";
import {
  type Coin,
  coinText,
  planSplit,
  type Split,
  type SplitFacts,
  splitText,
} from "../../../runtime/agent/split";

const FACTS = { count: 0, unconfirmed: 0, low: 10, high: 50, size: 10_000, feeRate: 1000 };
const coin = (value: number, vout = 0): Coin => ({ txid: "ab".repeat(32), vout, value });

function plan(coins: readonly number[], facts: Partial<SplitFacts> = {}) {
  return planSplit({ ...FACTS, ...facts, coins: coins.map((value, i) => coin(value, i)) });
}

function splitOf(coins: readonly number[], facts: Partial<SplitFacts> = {}): Split {
  const made = plan(coins, facts);
  if (made.kind !== "split") throw new Error(`it is ${made.kind}`);
  return made.split;
}

test("there is nothing to do at the low bound, and not before the last split is in a block", () => {
  expect(plan([1e8], { count: 10 })).toEqual({ kind: "enough" });
  expect(plan([1e8], { count: 60, unconfirmed: 50 })).toEqual({ kind: "enough" });
  expect(plan([1e8], { count: 9, unconfirmed: 1 })).toEqual({ kind: "waiting" });
});

test("one coin becomes as many as the high bound says, and the rest goes back", () => {
  const split = splitOf([1e8]);
  // 60 bytes, an input of 148, 50 outputs of 44 and one of 34.
  expect(split).toEqual({ inputs: [coin(1e8)], outputs: 50, change: 1e8 - 500_000 - 2442, fee: 2442 });
  expect(splitText(split, 10_000)).toBe(
    "split 1 coin of 1 into 50 of 0.0001, change 0.99497558, fee 0.00002442",
  );
  expect(splitOf([1e8], { count: 9 }).outputs).toBe(41);
});

test("no transaction has more than 252 outputs", () => {
  const split = splitOf([1e8], { low: 300, high: 600 });
  expect(split.outputs).toBe(251);
  expect(split.change).toBeGreaterThan(0);
});

test("the smallest coin that suffices alone is taken, or else the largest ones", () => {
  expect(splitOf([9e7, 600_000, 700_000]).inputs.map(({ value }) => value)).toEqual([600_000]);
  const several = splitOf([100_000, 300_000, 250_000, 90_000]);
  expect(several.inputs.map(({ value }) => value)).toEqual([300_000, 250_000]);
  expect(several.outputs).toBe(50);
});

test("a coin that is worth less than it costs to spend is left alone", () => {
  expect(splitOf([60_000, ...Array<number>(20).fill(100)]).inputs).toHaveLength(1);
});

test("too few coins are split as far as they go, and what is missing is said", () => {
  const made = plan([45_000]);
  expect(made).toMatchObject({ kind: "split", split: { outputs: 4 } });
  if (made.kind !== "split") throw new Error();
  expect(plan([45_000, made.missing])).toMatchObject({ kind: "split", missing: 0, split: { outputs: 10 } });
  expect(plan([45_000, made.missing - 1])).toMatchObject({ split: { outputs: 9 }, missing: 1 + 148 });
});

test("with nothing to split, what one coin has to have is said", () => {
  const made = plan([]);
  expect(made).toEqual({ kind: "short", missing: 10 * 10_000 + 60 + 148 + 10 * 44 });
  expect(plan([10_000])).toMatchObject({ kind: "short" });
  expect(plan([100_648])).toMatchObject({ kind: "split", split: { outputs: 10, change: 0, fee: 648 } });
});

test("no split makes dust, goes above the high bound, pays a high fee or makes coins of nothing", () => {
  let seed = 7;
  const random = (most: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return seed % most;
  };
  let splits = 0;
  for (let i = 0; i < 5000; i += 1) {
    const low = 1 + random(300);
    const high = low + random(300);
    const count = random(low);
    const size = random(2) === 0 ? 10_000 : 100_000;
    const feeRate = 1000 + random(100_000);
    const coins = Array.from({ length: random(6) }, () => 1 + random(10 ** (3 + random(5))));
    const made = plan(coins, { low, high, count, size, feeRate });
    if (made.kind !== "split") continue;
    splits += 1;
    const { inputs, outputs, change, fee } = made.split;
    const total = inputs.reduce((sum, { value }) => sum + value, 0);
    const bytes = 60 + inputs.length * 148 + outputs * 44 + (change > 0 ? 34 : 0);
    const dust = Math.max(5460, (3 * 182 * feeRate) / 1000);
    expect(outputs * size + change + fee).toBe(total);
    expect(outputs).toBeGreaterThan(0);
    expect(count + outputs).toBeLessThanOrEqual(high);
    expect(outputs + (change > 0 ? 1 : 0)).toBeLessThanOrEqual(252);
    expect(change === 0 || change >= dust).toBe(true);
    expect(fee).toBeGreaterThanOrEqual((bytes * feeRate) / 1000);
    // What would be dust is all that is paid beyond the fee.
    expect(fee).toBeLessThan((bytes * feeRate) / 1000 + dust + (34 * feeRate) / 1000 + 5);
    expect(new Set(inputs).size).toBe(inputs.length);
    if (made.missing === 0) expect(count + outputs).toBeGreaterThanOrEqual(Math.min(low, count + 251));
  }
  expect(splits).toBeGreaterThan(700);
});

test("values are written as people write them", () => {
  expect([0, 1, 10_000, 1e8, 1234e6].map(coinText)).toEqual(["0", "0.00000001", "0.0001", "1", "12.34"]);
});
