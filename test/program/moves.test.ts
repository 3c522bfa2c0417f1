import { describe, expect, test } from "vitest";
import { volumesOf } from "../../platforms/kubernetes/claims";
import { findEmptyVolumes, findMoves } from "../../program/moves";
import { inCluster, loaded, NODE, SHORE } from "../config/clusterFiles";
import { CONFIG, EAST } from "../config/stackFiles";

describe("the moves in a plan", () => {
  test("are chains that ran on another host than the config states", () => {
    const before = { notaries: { east: { publicKey: "02", hosts: { KMD: "alpha", BEER: "beta" } } } };
    expect(findMoves(loaded(CONFIG), before)).toEqual([
      { owner: "notary east", symbol: "BEER", from: "beta", to: "alpha" },
    ]);
  });

  test("are none within a cluster, because a claim is the same on every node", () => {
    const two = inCluster("{}", [NODE, `${NODE}    - { name: big }\n`]);
    expect(findMoves(loaded(two), { notaries: { east: { hosts: { KMD: "big" } } } })).toEqual([]);
  });

  test.each([
    ["before the first run", {}],
    ["before the notary's first run", { notaries: { west: { hosts: { KMD: "beta" } } } }],
    ["from outputs that an older version wrote", { notaries: { east: { publicKey: "02" } } }],
    ["of chains that are new", { notaries: { east: { hosts: { KMD: "alpha" } } } }],
  ])("are none %s", (_, before) => {
    expect(findMoves(loaded(CONFIG), before)).toEqual([]);
  });
});

describe("the volumes in a plan that are empty", () => {
  const RAN = { notaries: { east: { hosts: { KMD: "alpha", LTC: "alpha", BEER: "alpha" } } } };
  const claims = (namespace: string, ...chains: readonly string[]) =>
    chains.map((chain) => ({ namespace, name: `data-east-${chain}-0` }));
  const all = (namespace: string) => claims(namespace, "kmd", "ltc", "beer");
  const found = (before: Record<string, unknown>, there: ReturnType<typeof claims>, config = inCluster()) =>
    findEmptyVolumes(loaded(config), before, ["alpha"], volumesOf(there, "here", "namespace here"));

  test.each([
    ["of a stack that runs", RAN, all("here")],
    ["of a stack that was taken down, and has its claims", {}, all("here")],
    ["of a new stack", {}, claims("there", "pizza")],
    [
      "of one more chain",
      { notaries: { east: { hosts: { KMD: "alpha", LTC: "alpha" } } } },
      claims("here", "kmd", "ltc"),
    ],
  ])("are none %s", (_, before, there) => {
    expect(found(before, there)).toEqual([]);
  });

  test("are those of chains that ran and have no claim, with the namespaces that have one", () => {
    const symbols = ["KMD", "LTC", "BEER"];
    expect(found(RAN, [])).toEqual([{ owner: "notary east", symbols, ranBefore: true, elsewhere: [] }]);
    expect(found(RAN, [...all("there"), ...claims("here", "ltc")])).toEqual([
      { owner: "notary east", symbols: ["KMD", "BEER"], ranBefore: true, elsewhere: ["there"] },
    ]);
  });

  test("are those of chains that are new to the stack and have a claim in another namespace", () => {
    expect(found({}, claims("there", "kmd", "beer"))).toEqual([
      { owner: "notary east", symbols: ["KMD", "BEER"], ranBefore: false, elsewhere: ["there"] },
    ]);
  });

  test("are none of chains outside of the cluster, and none of chains that move, which have their own warning", () => {
    const placed = EAST.replace(" }", ", placement: { BEER: shore } }");
    const config = inCluster("{ publish: hostPort }", [NODE, NODE + SHORE], [EAST, placed]);
    const before = { notaries: { east: { hosts: { KMD: "shore", LTC: "alpha", BEER: "alpha" } } } };
    expect(found(before, [], config)).toEqual([
      { owner: "notary east", symbols: ["LTC"], ranBefore: true, elsewhere: [] },
    ]);
  });
});
