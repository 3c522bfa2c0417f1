import { describe, expect, test } from "vitest";
import { staleness } from "../../../cli/backup/list";
import { chooseSnapshot, parseSnapshots, type Snapshot } from "../../../cli/backup/snapshots";

const entry = (short_id: string, time: string, ...tags: string[]) => ({
  id: short_id.repeat(8),
  short_id,
  time,
  tags,
});
const SNAPSHOTS = parseSnapshots(
  JSON.stringify([
    entry("aaaaaaaa", "2026-11-28T04:00:00Z", "workload=east-beer", "key=02", "kind=all"),
    entry("cccccccc", "2026-11-30T04:00:00.123456789Z", "workload=east-beer", "key=02", "kind=wallet"),
    entry("bbbbbbbb", "2026-11-29T04:00:00+01:00", "workload=east-beer", "key=02", "kind=wallet"),
  ]),
);

test("the newest backup comes first", () => {
  expect(SNAPSHOTS.map(({ id, kind }) => `${id} ${kind}`)).toEqual([
    "cccccccc wallet",
    "bbbbbbbb wallet",
    "aaaaaaaa all",
  ]);
});

describe("a restore takes", () => {
  test.each<[string, string | undefined, Snapshot["kind"], string]>([
    ["the newest backup for a wallet", undefined, "wallet", "cccccccc"],
    ["the newest one with all data for all data", undefined, "all", "aaaaaaaa"],
    ["the one that is named", "bbbb", "wallet", "bbbbbbbb"],
    ["the wallet of one with all data, if that is named", "aaaaaaaa", "wallet", "aaaaaaaa"],
    ["one that is named by its whole id", "b".repeat(64), "wallet", "bbbbbbbb"],
  ])("%s", (_, wanted, kind, id) => {
    expect(chooseSnapshot(SNAPSHOTS, wanted, kind).id).toBe(id);
  });

  test("none that is not there, and says which are", () => {
    expect(() => chooseSnapshot(SNAPSHOTS, "dddd", "wallet")).toThrow(
      "there is no backup dddd; there are cccccccc of 2026-11-30T04:00Z, bbbbbbbb of 2026-11-29T03:00Z, aaaaaaaa of 2026-11-28T04:00Z",
    );
    expect(() => chooseSnapshot(SNAPSHOTS, "cccc", "all")).toThrow(
      "there is no backup cccc with the chain's data",
    );
    expect(() => chooseSnapshot([], undefined, "wallet")).toThrow("there is no backup; there is none at all");
  });
});

describe("backups are", () => {
  const DAY = 86_400;
  const at = (time: string) => new Date(time);
  // Only its snapshots and its problem are looked at.
  const listed = (snapshots: readonly Snapshot[], problem?: string) => ({ snapshots, problem });

  test.each([
    ["fine where the last one is recent", SNAPSHOTS, DAY, "2026-11-30T20:00:00Z", undefined],
    ["fine where one was missed", SNAPSHOTS, DAY, "2026-12-02T04:10:00Z", undefined],
    [
      "old after two that were missed",
      SNAPSHOTS,
      DAY,
      "2026-12-02T05:00:00Z",
      "its last backup is 49 h old, and one is due every 24 h",
    ],
    ["never old where commands alone make them", SNAPSHOTS, 0, "2027-12-02T05:00:00Z", undefined],
    ["missing", [], DAY, "2026-11-30T20:00:00Z", "has no backup yet"],
  ])("%s", (_, snapshots, every, now, said) => {
    expect(staleness(listed(snapshots), every, at(now))).toBe(said);
  });

  test("unknown where the repository cannot be read", () => {
    expect(staleness(listed([], "cannot be reached"), DAY)).toBe("cannot be reached");
  });
});
