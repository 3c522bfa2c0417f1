import { expect, test } from "vitest";
import { mergeText, planConsolidation } from "../../../runtime/agent/consolidation";

const RATE = 1000;
const coins = (...values: readonly number[]) =>
  values.map((value, vout) => ({ txid: "ab".repeat(32), vout, value }));

test("all coins become one, and the fee is that of their bytes", () => {
  const [merge, ...others] = planConsolidation(coins(300_000_000, 20_000, 10_000), RATE);
  expect(others).toEqual([]);
  // 60 bytes, three inputs of 148 and an output of 34.
  expect(merge).toMatchObject({ output: 300_030_000 - 538, fee: 538 });
  expect(merge?.inputs.map(({ value }) => value)).toEqual([10_000, 20_000, 300_000_000]);
  expect(merge && mergeText(merge)).toBe("merge 3 coins of 3.0003 into 1 of 3.00029462, fee 0.00000538");
});

test("a transaction has 300 inputs at most, and there are 20 of them at most", () => {
  const many = planConsolidation(coins(...Array<number>(650).fill(100_000)), RATE);
  expect(many.map(({ inputs }) => inputs.length)).toEqual([300, 300, 50]);
  expect(planConsolidation(coins(...Array<number>(601).fill(100_000)), RATE)).toHaveLength(2);
  expect(planConsolidation(coins(...Array<number>(9000).fill(100_000)), RATE)).toHaveLength(20);
});

test("every coin is spent once, and nothing is lost but the fees", () => {
  const values = Array.from({ length: 700 }, (_, i) => 1000 + i);
  const merges = planConsolidation(coins(...values), RATE);
  const spent = merges.flatMap(({ inputs }) => inputs.map(({ vout }) => vout));
  expect(new Set(spent).size).toBe(700);
  for (const { inputs, output, fee } of merges)
    expect(output + fee).toBe(inputs.reduce((sum, { value }) => sum + value, 0));
});

test.each([
  ["no coin", []],
  ["one coin", [1e8]],
  ["a coin and one that costs more than it is worth", [1e8, 148]],
  ["coins that make dust together", [3000, 2000]],
])("%s: nothing is merged", (_, values) => {
  expect(planConsolidation(coins(...values), RATE)).toEqual([]);
});
