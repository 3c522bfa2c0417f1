import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { selectChains } from "../../chains/list/chainList";
import { agentLinks, clientLinks, missingDests, rolesThatMayCall, rpcGraph } from "../../notary/rpcGraph";
import { chainListOf } from "../chains/list";

const chainList = chainListOf(readFileSync("assetchains.yaml", "utf8"));
const chains = (...names: string[]) => selectChains(chainList, names).chains;

describe("rpcGraph", () => {
  test("leads from Iguana to every chain, from every assetchain to KMD, and from KMD to LTC", () => {
    expect(rpcGraph(chains("dev"))).toEqual([
      { caller: "iguana", callee: "KMD", role: "iguana", port: 7771 },
      { caller: "iguana", callee: "LTC", role: "iguana", port: 9332 },
      { caller: "iguana", callee: "BEER", role: "iguana", port: 8923 },
      { caller: "iguana", callee: "PIZZA", role: "iguana", port: 11608 },
      { caller: "BEER", callee: "KMD", role: "assetchain", port: 7771 },
      { caller: "PIZZA", callee: "KMD", role: "assetchain", port: 7771 },
      { caller: "KMD", callee: "LTC", role: "kmd", port: 9332 },
    ]);
  });

  test("leads to no chain that the notary does not have", () => {
    expect(rpcGraph(chains("BEER", "LTC")).map(({ caller, callee }) => [caller, callee])).toEqual([
      ["iguana", "BEER"],
      ["iguana", "LTC"],
    ]);
  });

  test("with one more chain has two more links and no other change", () => {
    const before = rpcGraph(chains("dev"));
    const after = rpcGraph(chains("dev", "GLEEC_OLD"));

    expect(
      after.filter((link) => before.every((known) => JSON.stringify(known) !== JSON.stringify(link))),
    ).toEqual([
      { caller: "iguana", callee: "GLEEC_OLD", role: "iguana", port: 23226 },
      { caller: "GLEEC_OLD", callee: "KMD", role: "assetchain", port: 7771 },
    ]);
    expect(after).toHaveLength(before.length + 2);
  });

  test("has only callers that their callee allows", () => {
    const all = [...chainList.chains.values()];
    for (const { callee, role } of [...rpcGraph(all), ...clientLinks(all), ...agentLinks(all)]) {
      expect(rolesThatMayCall({ symbol: callee })).toContain(role);
    }
  });
});

test.each([
  ["KMD", ["iguana", "operator", "filter", "agent", "assetchain"]],
  ["LTC", ["iguana", "operator", "filter", "agent", "kmd"]],
  ["BEER", ["iguana", "operator", "filter", "agent"]],
])("%s is called by %j", (symbol, roles) => {
  expect(rolesThatMayCall({ symbol })).toEqual(roles);
});

describe("missingDests", () => {
  test("returns nothing when every chain's destination is there", () => {
    expect(missingDests(chains("dev"))).toEqual([]);
  });

  test("names each chain whose destination is missing", () => {
    expect(missingDests(chains("BEER"))).toEqual([
      "BEER is notarised to KMD, which is not among the notary's chains; add KMD",
    ]);
    expect(missingDests(chains("KMD", "BEER"))).toEqual([
      "KMD is notarised to LTC, which is not among the notary's chains; add LTC",
    ]);
  });
});
