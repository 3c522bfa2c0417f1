import { describe, expect, test } from "vitest";
import { neededFor } from "../../../cli/preview/allow";
import { failureMarkdown, planMarkdown } from "../../../cli/preview/markdown";
import type { Plan, WorkloadChange } from "../../../cli/preview/plan";
import { planText } from "../../../cli/preview/text";

const BEER: WorkloadChange = {
  name: "east-beer",
  what: "chain BEER of notary east",
  use: "daemon",
  symbol: "BEER",
  fate: "restarts",
  host: "alpha",
  graceSeconds: 930,
  replaced: [],
  images: [{ container: "east-beer", from: "komodod:1", to: "komodod:2" }],
};

const EMPTY: Plan = {
  stack: "prod",
  steps: { create: 0, update: 0, replace: 0, delete: 0 },
  hosts: [],
  workloads: [],
  stops: { count: 0, atOnce: 0, waitSeconds: 300 },
  volumes: [],
  syncs: [],
  secrets: [],
  others: [],
  needs: [],
};

/** A plan that loses data and stops more daemons at once than it may. The plans of test/hosts and test/kubernetes do neither. */
const BAD: Plan = {
  ...EMPTY,
  steps: { create: 0, update: 0, replace: 2, delete: 1 },
  workloads: [BEER, { ...BEER, name: "east-kmd", what: "chain KMD of notary east", images: [] }],
  stops: { count: 2, atOnce: 2, waitSeconds: 300 },
  volumes: [{ workload: "east-dex", fate: "lost" }],
  syncs: [
    {
      symbol: "DEX",
      owner: "notary east",
      workload: "east-dex",
      bootstrap: true,
      height: 1_234_567,
      bytes: 3 * 2 ** 30,
    },
  ],
  needs: ["data-loss", "stops"],
};

test("a plan that loses data says so first, and what allows it", () => {
  expect(planMarkdown(BAD, "", 1)).toMatchSnapshot();
  expect(planText(BAD, 1)).toMatchSnapshot();
});

describe("what a plan needs", () => {
  test("is asked for when data is lost, or more daemons stop at once than may", () => {
    expect(neededFor(BAD, 1)).toEqual(["data-loss", "stops"]);
    expect(neededFor(BAD, 2)).toEqual(["data-loss"]);
    expect(neededFor({ ...BAD, volumes: [{ workload: "east-dex", fate: "kept" }] }, 2)).toEqual([]);
  });
});

describe("Pulumi's own plan", () => {
  test("is folded, in a fence that its text cannot end", () => {
    const said = "before\n```\n<script>\n````\nafter";
    expect(planMarkdown(EMPTY, said, 1)).toContain(
      "<details><summary>Pulumi's own plan</summary>\n\n`````\nbefore",
    );
  });

  test("is cut where a comment would be too long for GitHub", () => {
    const markdown = planMarkdown(EMPTY, "x".repeat(100_000), 1);
    expect(markdown.length).toBeLessThan(65_536);
    expect(markdown).toContain("the rest is in the log of the run");
    expect(failureMarkdown("prod", "x".repeat(100_000)).length).toBeLessThan(65_536);
  });
});

test("a cell with a bar stays one cell", () => {
  const plan = { ...BAD, workloads: [{ ...BEER, what: "a | b" }] };
  expect(planMarkdown(plan, "", 1)).toContain("| a \\| b | restarts on alpha |");
});
