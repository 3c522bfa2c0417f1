import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { type Outcome, RollOut, type RollOutArgs } from "../../platforms/RollOut";

interface SceneArgs extends Partial<RollOutArgs> {
  readonly names: readonly string[];
}

/** A roll-out of workloads. The test itself ends each workload's registration and waits. */
class Scene {
  /** What has happened, in order. */
  readonly log: string[] = [];
  readonly outcome: Promise<Outcome>;
  private readonly waiting = new Map<
    string,
    { resolve(changed: boolean): void; reject(error: Error): void }
  >();

  private constructor({ names, ...args }: SceneArgs) {
    const onWait = (name: string, isCanary: boolean) => {
      if (isCanary) this.log.push(`${name} is the canary`);
    };
    const rollOut = new RollOut({ atOnce: 1, onWait, ...args });
    for (const name of names) {
      const until = (what: string) => {
        this.log.push(`${name} ${what}`);
        return new Promise<boolean>((resolve, reject) => this.waiting.set(name, { resolve, reject }));
      };
      rollOut.add({
        name,
        register: () => until("registers"),
        untilAnswers: async () => void (await until("is waited for")),
        staysUp: async (seconds) => void (await until(`is watched for ${seconds} s`)),
      });
    }
    this.outcome = rollOut.run();
  }

  static async begin(args: SceneArgs): Promise<Scene> {
    const scene = new Scene(args);
    await turn();
    return scene;
  }

  /** Ends the present step of a workload: with an error, or with whether it was replaced. */
  async say(name: string, how: boolean | Error): Promise<void> {
    const { resolve, reject } = this.waiting.get(name) ?? {};
    if (how instanceof Error) reject?.(how);
    else resolve?.(how);
    await turn();
  }

  /** Lets workloads be replaced and answer, one after the other. */
  async replace(...names: readonly string[]): Promise<void> {
    for (const name of names) {
      await this.say(name, true);
      await this.say(name, true);
    }
  }
}

describe("a roll-out", () => {
  test("goes to the next workload at once when nothing was replaced", async () => {
    const scene = await Scene.begin({ names: ["a", "b", "c"], atOnce: 2, canarySeconds: 60 });
    for (const name of ["a", "b", "c"]) await scene.say(name, false);
    expect(scene.log).toEqual(["a registers", "b registers", "c registers"]);
    expect(await scene.outcome).toEqual({ replaced: [], failures: [], left: [] });
  });

  test("goes to the next workload when a replaced one accepts calls", async () => {
    const scene = await Scene.begin({ names: ["a", "b"] });
    await scene.say("a", true);
    expect(scene.log).toEqual(["a registers", "a is the canary", "a is waited for"]);
    await scene.say("a", true);
    expect(scene.log.at(-1)).toBe("b registers");
  });

  test("replaces the first one alone, and then at most the stated number at the same time", async () => {
    const scene = await Scene.begin({ names: ["a", "b", "c", "d", "e"], atOnce: 2 });
    await scene.say("a", true);
    expect(scene.log).toEqual(["a registers", "a is the canary", "a is waited for"]);
    await scene.say("a", true);
    await scene.say("b", true);
    await scene.say("c", true);
    expect(scene.log.slice(3)).toEqual(["b registers", "c registers", "b is waited for", "c is waited for"]);
    await scene.say("c", true);
    expect(scene.log.slice(7)).toEqual(["d registers"]);
    await scene.say("b", true);
    expect(scene.log.slice(8)).toEqual(["e registers"]);
  });

  test("begins with a workload that is named for it, and goes on in the usual order", async () => {
    const scene = await Scene.begin({ names: ["a", "b", "c"], canaries: ["gone", "c"], canarySeconds: 60 });
    await scene.say("c", true);
    await scene.say("c", true);
    expect(scene.log).toEqual(["c registers", "c is the canary", "c is waited for", "c is watched for 60 s"]);
    await scene.say("c", true);
    await scene.replace("a", "b");
    expect(scene.log.slice(4)).toEqual(["a registers", "a is waited for", "b registers", "b is waited for"]);
    expect(await scene.outcome).toEqual({ replaced: ["c", "a", "b"], failures: [], left: [] });
  });

  test("takes the next one as the canary if the named one was not replaced", async () => {
    const scene = await Scene.begin({ names: ["a", "b", "c"], canaries: ["c", "b"], atOnce: 3 });
    await scene.say("c", false);
    await scene.say("b", true);
    expect(scene.log).toEqual(["c registers", "b registers", "b is the canary", "b is waited for"]);
    await scene.say("b", true);
    expect(scene.log.at(-1)).toBe("a registers");
  });

  test("stops at a canary that ends while it is watched, and leaves all others", async () => {
    const scene = await Scene.begin({ names: ["a", "b", "c"], canaries: ["b"], atOnce: 3, canarySeconds: 5 });
    await scene.replace("b");
    await scene.say("b", new Error("it ended again"));
    expect(scene.log.slice(-1)).toEqual(["b is watched for 5 s"]);
    expect(await scene.outcome).toEqual({
      replaced: [],
      failures: [{ name: "b", why: "it ended again" }],
      left: ["a", "c"],
    });
  });

  test("stops at a workload that does not come back, and names it, those before it and the remaining ones", async () => {
    const scene = await Scene.begin({ names: ["k", "a", "c", "d", "b"], atOnce: 2 });
    await scene.replace("k");
    await scene.say("a", true);
    await scene.say("a", new Error("it takes no calls after 300 s"));
    await scene.replace("c");
    expect(scene.log).not.toContain("d registers");
    expect(await scene.outcome).toEqual({
      replaced: ["k", "c"],
      failures: [{ name: "a", why: "it takes no calls after 300 s" }],
      left: ["b", "d"],
    });
  });

  test("is done at once when it has no workloads", async () => {
    expect(await new RollOut({ atOnce: 1 }).run()).toEqual({ replaced: [], failures: [], left: [] });
  });
});
