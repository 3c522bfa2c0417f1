import { describe, expect, test } from "vitest";
import { partsOf } from "../../../cli/running/parts";
import { findAnywhere, findTargets } from "../../../cli/running/targets";
import { CONFIG, EAST, exchanged, load } from "../../config/stackFiles";
import { FakeOperations, twoHosts } from "./scene";

const titles = (names: readonly string[], choice = {}) =>
  findTargets(names, partsOf(twoHosts()), choice).map(({ title }) => title);

describe("what a person names", () => {
  test("is everything if nothing is named, callers before those that they call", () => {
    expect(titles([])).toEqual(
      ["iguana", "agent", "BEER", "KMD", "LTC", "east-alpha-witness"].map((name) =>
        name === "east-alpha-witness" ? "witness" : name,
      ),
    );
  });

  test("is found by its symbol, its workload, and with its node, and comes once", () => {
    expect(titles(["LTC", "BEER", "east-beer", "east/BEER"])).toEqual(["BEER", "LTC"]);
    const [proxy] = findTargets(["BEER:proxy"], partsOf(twoHosts()), {});
    expect(proxy).toMatchObject({
      title: "BEER:proxy",
      container: { host: "beta", workload: "east-beer", role: "proxy" },
    });
    const [agent] = findTargets(["agent"], partsOf(twoHosts()), {});
    expect(agent?.container).toEqual({ host: "alpha", workload: "east-iguana", role: "agent" });
  });

  test("is restricted to a host or a node", () => {
    expect(titles([], { host: "beta" })).toEqual(["BEER"]);
    expect(() => titles([], { host: "gamma" })).toThrow(
      "nothing of the stack is on a host gamma; its hosts are alpha, beta",
    );
    expect(() => titles([], { node: "west" })).toThrow("the stack has no notary or node west; it has east");
  });

  test("is told with every name that means nothing", () => {
    expect(() => titles(["BEAR", "iguna", "QQQQ"])).toThrow(
      "nothing that runs is named BEAR; did you mean BEER?\n" +
        "nothing that runs is named iguna; did you mean iguana?\n" +
        "nothing that runs is named QQQQ; there are iguana, agent, BEER, KMD, LTC, witness",
    );
  });

  test("may be what a network has beside its workloads, which only a look shows", async () => {
    const operations = new FakeOperations();
    const found = await findAnywhere(["east-gateway", "BEER"], partsOf(twoHosts()), {}, operations);
    expect(found.map(({ title, container }) => [title, container.host])).toEqual([
      ["BEER", "beta"],
      ["east-gateway", "beta"],
    ]);
    await expect(findAnywhere(["east-gatway"], partsOf(twoHosts()), {}, operations)).rejects.toThrow(
      "nothing that runs is named east-gatway; did you mean east-gateway?",
    );
  });

  test("has its node's name where several nodes have the chain", () => {
    const west = "  dokomodo:nodes:\n    - { name: west, host: alpha, portOffset: 100, chains: [BEER] }\n";
    const loaded = load(exchanged(CONFIG, [EAST, `${EAST}${west}`]));
    if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join("\n"));
    const parts = partsOf(loaded.value);
    expect(findTargets(["BEER"], parts, {}).map(({ title }) => title)).toEqual(["east/BEER", "west/BEER"]);
    expect(findTargets(["west/BEER"], parts, {}).map(({ part }) => part.workload)).toEqual(["west-beer"]);
  });
});
