import { describe, expect, test } from "vitest";
import { differences } from "../../../cli/drill/check";
import { type DrillReport, drillText, minutes } from "../../../cli/drill/report";

describe("a restored daemon", () => {
  const kept = { height: 102, balance: 50 };
  test.each([
    ["is as it was", { height: 102, balance: 50 }, undefined],
    ["has got further blocks from its peers, and coins in them", { height: 110, balance: 75 }, undefined],
    [
      "lacks blocks",
      { height: 101, balance: 50 },
      "it has 101 blocks, and its backup was made at height 102",
    ],
    ["lacks coins", { height: 102, balance: 0 }, "its balance is 0, and was 50 at the same height"],
    ["does not say its balance", { height: 102 }, "its balance is not known, and was 50 at the same height"],
  ])("that %s", (_, seen, expected) => {
    expect(differences(kept, seen)).toBe(expected);
  });

  test("whose backup does not say a height has nothing to lack", () => {
    expect(differences({ height: undefined }, { height: 0 })).toBeUndefined();
  });
});

test("the report of a drill says what came back, what did not, and how long it took", () => {
  const at = "2026-11-30T03:00:00.000Z";
  const beer = { symbol: "BEER", node: "east", host: "alpha", seconds: 9 };
  const report: DrillReport = {
    stack: "prod",
    ok: false,
    seconds: 65,
    chains: [
      {
        ...beer,
        backup: { id: "1f3a9c22", at, kind: "all", height: 102, balance: 50 },
        height: 102,
        balance: 50,
        hasKey: true,
      },
      { ...beer, symbol: "KMD", seconds: 1, problem: "there is no backup; there is none at all" },
    ],
  };
  const text = drillText(report);
  expect(text).toMatch(
    /east\/BEER.*1f3a9c22 of 2026-11-30T03:00Z.*all data.*102 of 102.*50 of 50.*there.*9 s/,
  );
  expect(text).toMatch(/east\/KMD.*1 s.*there is no backup; there is none at all/);
  expect(text).toContain("1 of 2 chains of stack prod did not come back. It took 1 min 5 s in all.");
  expect(minutes(59.6)).toBe("1 min 0 s");
});
