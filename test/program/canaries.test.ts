import { describe, expect, test } from "vitest";
import { canaries } from "../../program/canaries";
import { developmentStack } from "../components/developmentStack";

describe("the workload that a change replaces first", () => {
  const stack = developmentStack();

  test("is an assetchain's daemon, and neither KMD's nor LTC's", () => {
    expect(canaries(stack)).toEqual(["east-beer", "east-pizza"]);
  });

  test("is that of the chain that the config names, and then that of an assetchain", () => {
    const named = (canary: string) => canaries({ ...stack, rollOut: { ...stack.rollOut, canary } });
    expect(named("PIZZA")).toEqual(["east-pizza", "east-beer"]);
    expect(named("LTC")).toEqual(["east-ltc", "east-beer", "east-pizza"]);
  });
});
