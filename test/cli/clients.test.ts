import { describe, expect, test } from "vitest";
import { findClient, findOperator } from "../../cli/clients";
import { type Outputs, parseOutputs } from "../../cli/outputs";

const access = (...chains: readonly string[]) => ({
  certificate: "certificate",
  privateKey: "canary",
  authority: "authority",
  address: { name: "explorer-clients", hostname: "192.0.2.1", port: 7443 },
  chains: Object.fromEntries(chains.map((symbol, index) => [symbol, 7000 + index])),
});

const outputs: Outputs = {
  stack: "prod",
  notaries: {
    east: { clients: { wallet: access("KMD"), operator: access("KMD", "LTC") } },
    west: {},
  },
  nodes: {
    explorer: { clients: { web: access("KMD"), wallet: access("KMD"), operator: access("KMD", "BEER") } },
  },
};

describe("a client of a stack", () => {
  test("is found by its name, and by its node where several have one of the name", () => {
    expect(findClient(outputs, "web", undefined)).toMatchObject({ node: "explorer" });
    expect(findClient(outputs, "wallet", "east")).toMatchObject({ node: "east" });
    expect(() => findClient(outputs, "wallet", undefined)).toThrow(
      "name one of the nodes with --node: east, explorer",
    );
  });

  test.each([
    [
      "shop",
      undefined,
      "stack prod has no client shop; it has wallet (of east), operator (of east), web (of explorer)",
    ],
    ["shop", "east", "east of stack prod has no client shop; it has wallet (of east), operator (of east)"],
    ["wallet", "west", "west of stack prod lets no client in; state one in the config of a notary or node"],
    ["wallet", "north", "the stack has no notary or node north; it has east, west, explorer"],
  ])("is told to be missing: %s of %s", (name, node, message) => {
    expect(() => findClient(outputs, name, node)).toThrow(message);
  });
});

describe("the operator's access to a chain", () => {
  test("is that of the only node with the chain", () => {
    expect(findOperator(outputs, "BEER", undefined)).toMatchObject({ node: "explorer" });
    expect(findOperator(outputs, "LTC", undefined)).toMatchObject({ node: "east" });
  });

  test.each([
    ["KMD", undefined, outputs, "name one of the nodes with --node: east, explorer"],
    [
      "PIZZA",
      undefined,
      outputs,
      "stack prod has no chain PIZZA that can be called from here; there are BEER, KMD, LTC",
    ],
    [
      "KMD",
      undefined,
      { stack: "prod", notaries: { west: {} }, nodes: {} },
      "stack prod lets no client in; state one in the config of a notary or node, such as `clients: [{ name: wallet, chains: [KMD] }]`, and run pulumi up",
    ],
  ])("is told to be missing: %s of %s", (symbol, node, all, message) => {
    expect(() => findOperator(all, symbol, node)).toThrow(message);
  });
});

test("outputs that cannot be read are not quoted", () => {
  expect(parseOutputs("{}", "prod")).toEqual({ notaries: {}, nodes: {} });
  for (const text of ['{"nodes": "canary"}', "canary"]) {
    const read = () => parseOutputs(text, "prod");
    expect(read).toThrow("cannot read the outputs of stack prod; run pulumi up");
    expect(read).not.toThrow(/canary/);
  }
});
