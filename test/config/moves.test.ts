import { describe, expect, it } from "vitest";
import { findMoves } from "../../config/moves";
import { CONFIG, load } from "./stackFiles";

const loaded = () => {
  const stack = load(CONFIG);
  if (!stack.ok) throw new Error("the config is wrong");
  return stack.value;
};

describe("the moves in a plan", () => {
  it("are chains that run on another host than the config says", () => {
    const before = { east: { publicKey: "02", hosts: { KMD: "alpha", BEER: "beta" } } };
    expect(findMoves(loaded(), before)).toEqual([
      { notary: "east", symbol: "BEER", from: "beta", to: "alpha" },
    ]);
  });

  it.each([
    ["before the first run", undefined],
    ["before the notary's first run", { west: { hosts: { KMD: "beta" } } }],
    ["from outputs that an older version wrote", { east: { publicKey: "02" } }],
    ["of chains that are new", { east: { hosts: { KMD: "alpha" } } }],
  ])("are none %s", (_, before) => {
    expect(findMoves(loaded(), before)).toEqual([]);
  });
});
