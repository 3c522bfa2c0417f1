import { describe, expect, test } from "vitest";
import { planDrill } from "../../../cli/drill/plan";
import { partsOf } from "../../../cli/running/parts";
import { findTargets } from "../../../cli/running/targets";
import { networksOf } from "../../../config/stack";
import { twoHosts } from "../running/scene";

const SYMBOLS = ["KMD", "LTC", "BEER"];

function plan(symbols: readonly string[], host?: string) {
  const stack = twoHosts();
  return planDrill(findTargets(symbols, partsOf(stack), {}), networksOf(stack), host);
}

describe("the nodes of a drill", () => {
  test("are one for each host of a node, so that no link leads from host to host", () => {
    expect(plan(SYMBOLS)).toMatchObject([
      { name: "drill-east", node: "east", host: "beta", chains: [{ symbol: "BEER", title: "BEER" }] },
      {
        name: "drill-east-2",
        node: "east",
        host: "alpha",
        chains: [
          { symbol: "KMD", workload: "drill-east-2-kmd" },
          { symbol: "LTC", workload: "drill-east-2-ltc" },
        ],
      },
    ]);
  });

  test("are all on one host if that is wanted", () => {
    expect(plan(SYMBOLS, "beta")).toMatchObject([
      {
        name: "drill-east",
        host: "beta",
        chains: [{ symbol: "BEER" }, { symbol: "KMD" }, { symbol: "LTC" }],
      },
    ]);
  });

  test("have p2p ports that nothing of the stack and no other of them has", () => {
    const stack = twoHosts();
    const usual = new Map([
      ["KMD", 7770],
      ["LTC", 9333],
      ["BEER", 8922],
    ]);
    const taken = networksOf(stack).flatMap(({ workloads, link }) => [
      link.port,
      ...workloads.flatMap(({ published }) => published.map(({ port }) => port)),
    ]);
    const ports = plan(SYMBOLS).flatMap(({ chains, portOffset }) =>
      chains.map(({ symbol }) => (usual.get(symbol) ?? 0) + portOffset),
    );
    expect(new Set([...taken, ...ports]).size).toBe(new Set(taken).size + SYMBOLS.length);
    expect(Math.max(...ports)).toBeLessThan(32_768);
  });
});
