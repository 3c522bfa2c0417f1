import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { RollOut } from "../../platforms/RollOut";

/** A roll-out of workloads. The test itself ends each workload's registration and wait. */
class Scene {
  /** What has happened, in order. */
  readonly log: string[] = [];
  readonly rollOut: RollOut;
  private readonly waiting = new Map<
    string,
    { resolve(changed: boolean): void; reject(error: Error): void }
  >();

  constructor(atOnce: number, names: readonly string[]) {
    this.rollOut = new RollOut(atOnce);
    for (const name of names) {
      const until = (what: string) => {
        this.log.push(`${name} ${what}`);
        return new Promise<boolean>((resolve, reject) => this.waiting.set(name, { resolve, reject }));
      };
      this.rollOut.add({
        name,
        register: () => until("registers"),
        untilAnswers: async () => void (await until("is waited for")),
      });
    }
  }

  /** Ends the present step of a workload: with an error, or with whether it was replaced. */
  async say(name: string, how: boolean | Error): Promise<void> {
    const { resolve, reject } = this.waiting.get(name) ?? {};
    if (how instanceof Error) reject?.(how);
    else resolve?.(how);
    await turn();
  }
}

describe("a roll-out", () => {
  test("goes to the next workload at once when nothing was replaced", async () => {
    const scene = new Scene(1, ["a", "b", "c"]);
    for (const name of ["a", "b", "c"]) await scene.say(name, false);
    expect(scene.log).toEqual(["a registers", "b registers", "c registers"]);
    expect(await scene.rollOut.done()).toEqual({ failures: [], left: [] });
  });

  test("goes to the next workload when a replaced one accepts calls", async () => {
    const scene = new Scene(1, ["a", "b"]);
    await scene.say("a", true);
    expect(scene.log).toEqual(["a registers", "a is waited for"]);
    await scene.say("a", true);
    expect(scene.log.at(-1)).toBe("b registers");
  });

  test("has at most the stated number of workloads under way", async () => {
    const scene = new Scene(2, ["a", "b", "c", "d"]);
    await scene.say("a", true);
    await scene.say("b", true);
    expect(scene.log).toEqual(["a registers", "b registers", "a is waited for", "b is waited for"]);
    await scene.say("b", true);
    expect(scene.log.slice(4)).toEqual(["c registers"]);
  });

  test("stops at a workload that does not come back, and names it and the remaining ones", async () => {
    const scene = new Scene(2, ["a", "c", "d", "b"]);
    const done = scene.rollOut.done();
    await scene.say("a", true);
    await scene.say("a", new Error("it takes no calls after 300 s"));
    await scene.say("c", true);
    await scene.say("c", true);
    expect(scene.log).not.toContain("d registers");
    expect(await done).toEqual({
      failures: [{ name: "a", why: "it takes no calls after 300 s" }],
      left: ["b", "d"],
    });
  });

  test("is done at once when it has no workloads", async () => {
    expect(await new RollOut(1).done()).toEqual({ failures: [], left: [] });
  });
});
