import { describe, expect, test } from "vitest";
import { balanceRow, balancesOf } from "../../../cli/running/balances";
import { agentFor, askForCoins } from "../../../cli/running/coins";
import { observe } from "../../../cli/running/observation";
import { type ExecAnswer, FakeOperations, healthyChain, healthyReadings, twoHosts } from "./scene";

const KEY = `02${"ab".repeat(32)}`;
const UTXOS = { count: 38, locked: 2, low: 10, high: 50, next: "nothing", lastSplit: "cd".repeat(32) };

async function report(operations: FakeOperations, ...symbols: readonly string[]) {
  return balancesOf((await observe(twoHosts(), operations)).nodes, symbols);
}

function withKey(): FakeOperations {
  const operations = new FakeOperations();
  const { chains, ...others } = healthyReadings();
  const KMD = healthyChain(4_000_000, { address: "RKMD", balance: 12.5, coins: 7, notaryUtxos: UTXOS });
  operations.readings = { ...others, publicKey: KEY, chains: { ...chains, KMD } };
  return operations;
}

describe("balance", () => {
  test("has a line for each chain, with what the agent does next, and counts all", async () => {
    const { chains, notaryUtxos, notes } = await report(withKey());
    expect(chains.map(({ symbol }) => symbol)).toEqual(["KMD", "LTC", "BEER"]);
    expect(chains[0]).toEqual({
      ...{ node: "east", symbol: "KMD", address: "RKMD", balance: 12.5, coins: 7 },
      notaryUtxos: UTXOS,
    });
    expect(chains[0] && balanceRow(chains[0], true)).toEqual([
      ...["KMD", "RKMD", "12.5", "7", "38 and 2 locked", "10 to 50", "nothing", "cdcdcdcdcdcd"],
    ]);
    expect(notaryUtxos).toEqual({ count: 38 + 40 + 40, locked: 2 });
    expect(notes).toEqual([]);
  });

  test("has the chains alone that are asked for", async () => {
    const { chains } = await report(withKey(), "KMD");
    expect(chains.map(({ symbol }) => symbol)).toEqual(["KMD"]);
  });

  test("leaves a node without a key out, with a word", async () => {
    expect(await report(new FakeOperations())).toMatchObject({
      chains: [],
      notes: ["notary east has no key, so it has no coins: KMD, LTC, BEER"],
    });
  });

  test("says why an agent is silent", async () => {
    const operations = new FakeOperations();
    operations.readings = new Error("no such container");
    expect((await report(operations)).notes).toEqual(["notary east's agent: no such container"]);
  });
});

describe("the coins of a key", () => {
  const agent = () => agentFor(twoHosts(), "BEER", undefined);
  const ask = (operations: FakeOperations, makes: boolean) =>
    askForCoins(agent(), { command: "split", symbol: "BEER", options: ["--to", "50"] }, makes, operations);
  const answering = (answer: ExecAnswer) => {
    const operations = new FakeOperations();
    const asked: string[] = [];
    operations.onExec = (workload, command) => {
      asked.push(`${workload} ${command.slice(2).join(" ")}`);
      return answer;
    };
    return { operations, asked };
  };

  test("are worked on by the agent that has the key, and made only if that is said", async () => {
    const answer = { symbol: "BEER", text: ["It would …"], transactions: [] };
    const { operations, asked } = answering({ code: 0, output: JSON.stringify(answer) });
    expect(await ask(operations, false)).toEqual(answer);
    await ask(operations, true);
    expect(agent()).toEqual({ host: "alpha", workload: "east-iguana", role: "agent" });
    expect(asked).toEqual(["east-iguana split BEER --to 50", "east-iguana split BEER --to 50 --make"]);
  });

  test.each([
    [{ code: 1, errors: "agent: this node has no key\n" }, /^this node has no key$/],
    [{ code: 64, errors: "agent: --to takes a number\n" }, /^--to takes a number$/],
    [{ code: 64, errors: "agent: unknown command split; the …\n" }, /earlier release.*`pulumi up`/],
  ])("are refused with the agent's own words: %j", async (answer, message) => {
    await expect(ask(answering(answer).operations, false)).rejects.toThrow(message);
  });

  test("are those of one node", () => {
    expect(() => agentFor(twoHosts(), "DOC", undefined)).toThrow("no notary or node has DOC");
    expect(() => agentFor(twoHosts(), "KMD", "west")).toThrow("no notary or node west has KMD");
  });
});
