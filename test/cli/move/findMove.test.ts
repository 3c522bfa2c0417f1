import { describe, expect, test } from "vitest";
import { readStackFiles } from "../../../cli/edit/stackFiles";
import { findMove, sharedBy } from "../../../cli/move/findMove";
import { elsewhere } from "../../../cli/move/notaryEdits";
import { editYaml } from "../../../input/edit/editYaml";
import { CONFIG, eachInProject, read, write } from "../edit/project";

eachInProject();

const NOTARY = ["config", "dokomodo:notaries", 0] as const;

/** Adds a second host, and places BEER there. */
function withBeta(beta: Readonly<Record<string, string>> = {}): void {
  const host = { name: "beta", docker: "ssh://ops@198.51.100.11", address: "198.51.100.11", ...beta };
  write(
    CONFIG,
    editYaml(CONFIG, read(CONFIG), [
      { kind: "set", path: ["config", "dokomodo:hosts", 0, "address"], value: "198.51.100.10" },
      { kind: "append", path: ["config", "dokomodo:hosts"], value: host },
      { kind: "set", path: [...NOTARY, "placement"], value: { BEER: "beta" } },
    ]),
  );
}

describe("what can be moved with its data", () => {
  test("is a chain that the stack deploys, to another host of the same platform", () => {
    withBeta();
    const files = readStackFiles(undefined);
    const move = findMove(files, "BEER", { to: "local" });
    expect(move).toMatchObject({ symbol: "BEER", from: "beta", to: "local", workload: "east-beer" });
    if (move !== undefined) expect(sharedBy(files, move).hosts).toEqual(["local", "beta"]);
  });

  test("is nothing where the config has the chain on that host already", () => {
    withBeta();
    expect(findMove(readStackFiles(undefined), "BEER", { to: "beta" })).toBeUndefined();
  });

  test.each([
    ["BEAR", "local", /has no chain BEAR, did you mean BEER|has no chain BEAR/],
    ["BEER", "gamma", /has no host gamma/],
  ])("%s to %s is refused with what there is", (symbol, to, message) => {
    withBeta();
    expect(() => findMove(readStackFiles(undefined), symbol, { to })).toThrow(message);
  });
});

test("a notary's move leaves its chains where they are, and the old host's address behind", () => {
  withBeta();
  const files = readStackFiles(undefined);
  const [notary] = files.stack.notaries;
  if (notary === undefined) throw new Error("the development stack has a notary");
  write(CONFIG, editYaml(CONFIG, files.text, elsewhere(files, notary, "beta")));
  const after = readStackFiles(undefined).stack.notaries[0];
  expect(after?.host).toBe("beta");
  const hosts = after?.chains.map(
    (each) => [each.chain.symbol, "host" in each ? each.host : undefined] as const,
  );
  expect(Object.fromEntries(hosts ?? [])).toEqual({
    BEER: "beta",
    KMD: "local",
    LTC: "local",
    PIZZA: "local",
  });
});
