import { describe, expect, test } from "vitest";
import { CHAINS, changed, load, messages, NOTARY, write } from "./stackFiles";

const withClients = (...clients: readonly object[]) => changed([...NOTARY, "clients"], clients);
const told = (...clients: readonly object[]) => messages(load(withClients(...clients))).join("\n");

describe("clients of a notary or node", () => {
  test("have the chains that they name, also by set, and the methods that are stated", () => {
    const clients = [
      { name: "wallet", chains: ["LTC", "KMD"] },
      { name: "shop", chains: ["BEER"], allow: ["getblockcount", "sendtoaddress"] },
    ];
    const loaded = load(withClients(...clients));
    expect(messages(loaded)).toEqual([]);
    if (!loaded.ok) return;
    expect(loaded.value.notaries[0]?.clients).toEqual([
      { name: "wallet", chains: ["KMD", "LTC"], allow: undefined },
      { name: "shop", chains: ["BEER"], allow: ["getblockcount", "sendtoaddress"] },
    ]);
  });

  test.each([
    [
      "two of one name",
      [
        { name: "wallet", chains: ["KMD"] },
        { name: "wallet", chains: ["LTC"] },
      ],
      "another client of east is named wallet, too; rename one of them",
    ],
    [
      "the operators' name",
      [{ name: "operator", chains: ["KMD"] }],
      "operator is the name of the stack's own operators; give the client another one",
    ],
    [
      "a chain that the node does not have",
      [{ name: "wallet", chains: ["KMD", "PIZZA"] }],
      "PIZZA is not among the chains of east; known are KMD, LTC, BEER",
    ],
    [
      "a set with such a chain",
      [{ name: "wallet", chains: ["beers"] }],
      "PIZZA is not among the chains of east",
    ],
    [
      "a name that means nothing",
      [{ name: "wallet", chains: ["BEAR"] }],
      'no chain and no set has the name "BEAR"; did you mean "BEER"?',
    ],
    ["no chains", [{ name: "wallet", chains: [] }], "clients[0].chains must be a list that is not empty"],
    [
      "a method that shows a key",
      [{ name: "wallet", chains: ["KMD"], allow: ["getblock", "dumpprivkey"] }],
      "dumpprivkey is never allowed: it shows a private or viewing key",
    ],
    [
      "a method that is none",
      [{ name: "wallet", chains: ["KMD"], allow: ["get block"] }],
      "get block is not the name of a method",
    ],
    ["a name that is no DNS label", [{ name: "The Wallet", chains: ["KMD"] }], "must be a DNS label"],
  ])("are refused: %s", (_, clients, problem) => {
    expect(told(...clients)).toContain(problem);
  });

  test("are refused beside a chain whose containers would have their names", () => {
    expect(told({ name: "wallet", chains: ["KMD"] })).toBe("");
    write("assetchains.yaml", CHAINS.replace("AGENT, daemon", "CLIENTS, daemon"));
    const config = withClients({ name: "wallet", chains: ["KMD"] }).replace("BEER ]", "CLIENTS ]");
    expect(messages(load(config)).join("\n")).toContain("would both be named east-clients");
  });

  test("need an address of the host that they enter on", () => {
    const config = withClients({ name: "wallet", chains: ["KMD"] }).replace(", address: 192.0.2.1", "");
    expect(messages(load(config)).join("\n")).toContain(
      "host alpha needs an `address`: workloads of notary east on it are called from elsewhere",
    );
  });
});
