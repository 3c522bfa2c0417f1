import { describe, expect, test } from "vitest";
import { LONG_TIMES, PATIENCE, TIMES, until, useScenes } from "./leaseScene";

const scenes = useScenes();

describe.concurrent("an agent that is ended", PATIENCE, () => {
  test("in a pod keeps the lease until Iguana has ended, and gives it back then", async (context) => {
    const scene = await scenes.with(context, "Lease object");
    const east = await scene.running("east");
    const west = await scene.prepare("west");
    west.startAgent();
    await until(async () => (await west.lease()).detail?.startsWith("another") === true);
    const ended = east.endAgent();
    await until(async () => (await east.status()).iguana.state === "leaving");
    expect((await east.lease()).state).toBe("leaving");
    await scene.clock.sleep(TIMES.lasts * 1.5);
    expect(east.output).toContain("Lease: will be given back when Iguana has ended");
    expect(west.commands).toEqual([]);
    await east.endIguana();
    const gone = Date.now();
    expect(await ended).toBe(0);
    await west.untilHealthy();
    // Well before it would have run out, which one that was killed leaves it to.
    expect(scene.clock.between(gone, west.held[0]?.from)).toBeLessThan(TIMES.lasts / 2);
  });

  test("in a pod that goes on ends after a while, and the next goes on with its lease", async (context) => {
    const scene = await scenes.with(context, "Lease object");
    const east = await scene.running("east");
    expect(await east.endAgent()).toBe(0);
    expect(east.output).not.toContain("given back\n");
    east.startAgent();
    await east.untilHealthy();
    expect(east.up).toEqual([{ from: expect.any(Number) }]);
  });

  test("in a pod that has no lease ends at once", async (context) => {
    const scene = await scenes.with(context, "Lease object");
    await scene.running("east");
    const west = await scene.prepare("west");
    west.startAgent();
    await until(async () => (await west.lease()).detail?.startsWith("another") === true);
    const before = Date.now();
    expect(await west.endAgent()).toBe(0);
    expect(scene.clock.since(before)).toBeLessThan(2);
  });

  test("in a container of its own ends at once, and the next goes on with its lease", async (context) => {
    const scene = await scenes.with(context, 1);
    const east = await scene.running("east", LONG_TIMES);
    const before = Date.now();
    expect(await east.endAgent()).toBe(0);
    expect(scene.clock.since(before)).toBeLessThan(2);
    east.startAgent();
    await east.untilHealthy();
    expect(east.up).toEqual([{ from: expect.any(Number) }]);
  });
});

describe.concurrent("with an Iguana that an earlier agent brought up", PATIENCE, () => {
  test("an agent that starts and is refused makes it blank", async (context) => {
    const scene = await scenes.with(context, 1);
    const [alpha] = scene.witnesses;
    const east = await scene.running("east");
    await east.killAgent();
    await scene.clock.sleep(TIMES.lasts + 0.5);
    await alpha?.ask("another", 60);
    const before = Date.now();
    east.startAgent();
    await until(() => east.up[0]?.to !== undefined);
    expect(scene.clock.between(before, east.up[0]?.to)).toBeLessThan(4);
    await until(async () => {
      return /^another Iguana of this key runs: notary another, /.test((await east.lease()).detail ?? "");
    });
  });

  test("an agent that starts and reaches no witness lets it go on for as long as the one before relied on it", async (context) => {
    const scene = await scenes.with(context, 1);
    const east = await scene.running("east");
    scene.silence();
    const silent = Date.now();
    await east.killAgent();
    await scene.clock.sleep(0.5);
    east.startAgent();
    await until(() => east.up[0]?.to !== undefined);
    const took = scene.clock.between(silent, east.up[0]?.to);
    expect(took).toBeGreaterThan(TIMES.relied - TIMES.renewEvery - 1);
    expect(took).toBeLessThan(TIMES.relied + 0.5);
    await until(
      async () => (await east.lease()).detail === "witness alpha does not answer; 1 of 1 is needed",
    );
  });

  test("agents that are started again and again give it no more time than one that runs on", async (context) => {
    const scene = await scenes.with(context, 1);
    const east = await scene.running("east");
    scene.silence();
    const silent = Date.now();
    while (east.up[0]?.to === undefined && scene.clock.since(silent) < 3 * TIMES.lasts) {
      await east.killAgent();
      east.startAgent();
      // On a busy machine it starts slowly; one that is killed before it runs can do nothing.
      await until(async () => (await east.lease()).state === "waiting");
      await scene.clock.sleep(0.5);
    }
    expect(scene.clock.between(silent, east.up[0]?.to)).toBeLessThan(2 * TIMES.lasts);
  });

  test.for([
    ["answers", 0],
    ["is silent", 1],
  ])(
    "an agent in a new container, which knows of no lease, lets it go on where the witness %s",
    async ([, ends], context) => {
      const scene = await scenes.with(context, 1);
      const east = await scene.running("east");
      await east.killAgent();
      east.forgetReliance();
      if (ends === 1) scene.silence();
      const before = Date.now();
      east.startAgent();
      if (ends === 0) await east.untilHealthy();
      else await until(() => east.up[0]?.to !== undefined);
      expect(east.up).toHaveLength(1);
      expect(east.up[0]?.to === undefined ? 0 : 1).toBe(ends);
      if (ends === 1)
        expect(scene.clock.between(before, east.up[0]?.to)).toBeLessThan(TIMES.answerWithin + 4);
    },
  );
});
