import { describe, expect, test } from "vitest";
import { refuseOther, thenRemoving } from "../../../cli/drill/remains";
import type { Remains } from "../../../platforms/remains";

const LIMIT_MINUTES = 120;

/** What a drill left on a platform, which began so many minutes ago; nothing if absent. */
function left(minutesAgo?: number, problem?: string) {
  const removed: string[] = [];
  const remains: Remains = {
    since: async () => (minutesAgo === undefined ? undefined : new Date(Date.now() - minutesAgo * 60_000)),
    remove: async () => {
      if (problem !== undefined) throw new Error(problem);
      removed.push("all");
    },
    close: () => {},
  };
  return { remains, removed };
}

describe("what another drill has left", () => {
  test("is removed if that has taken longer than it may", async () => {
    const [old, none] = [left(121), left()];
    const told: string[] = [];
    await refuseOther([old.remains, none.remains], LIMIT_MINUTES, (text) => told.push(text));
    expect(old.removed).toEqual(["all"]);
    expect(told).toEqual(["removes what a drill left that began 121 min 0 s ago"]);
  });

  test("keeps a drill from beginning if that may still go on, on any platform", async () => {
    const [old, young] = [left(121), left(119)];
    await expect(refuseOther([old.remains, young.remains], LIMIT_MINUTES, () => {})).rejects.toThrow(
      /another drill of this stack began 119 min 0 s ago.*dokomodo drill --remove/,
    );
    expect([...old.removed, ...young.removed]).toEqual([]);
  });
});

describe("a drill", () => {
  test("is removed if its work fails, and both problems are told", async () => {
    const good = left();
    const bad = left(undefined, "host beta: no answer");
    const work = () => Promise.reject(new Error("the up failed"));
    await expect(thenRemoving([bad.remains, good.remains], () => {}, work)).rejects.toThrow(
      "the up failed\nhost beta: no answer\nRemove what is left with `dokomodo drill --remove`.",
    );
    expect(good.removed).toEqual(["all"]);
  });

  test("fails if it cannot be removed", async () => {
    const bad = left(undefined, "host beta: no answer");
    await expect(
      thenRemoving(
        [bad.remains],
        () => {},
        async () => "done",
      ),
    ).rejects.toThrow(/host beta/);
  });
});
