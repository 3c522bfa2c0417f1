import { describe, expect, test } from "vitest";
import { areApart, type LessorCount, PATIENCE, TIMES, until, useScenes } from "./leaseScene";

const scenes = useScenes();

describe.concurrent("of three witnesses", PATIENCE, () => {
  test("one that is down changes nothing", async (context) => {
    const scene = await scenes.with(context, 3);
    const [, , gamma] = scene.witnesses;
    const east = await scene.running("east");
    await gamma?.end();
    await until(async () => (await east.lease()).detail === "witness gamma does not answer");
    await scene.clock.sleep(TIMES.lasts * 1.5);
    expect((await east.lease()).state).toBe("held");
    expect((await east.get("/healthz")).status).toBe(200);
    expect(east.up).toEqual([{ from: expect.any(Number) }]);
    const west = await scene.prepare("west");
    west.startAgent();
    await until(async () => (await west.lease()).detail?.includes("on host alpha") === true);
    expect((await west.lease()).detail).toMatch(/^another Iguana .* s ago; witness gamma does not answer$/);
    await east.die();
    const gone = Date.now();
    await west.untilHealthy();
    expect(scene.clock.between(gone, west.held[0]?.from)).toBeLessThan(TIMES.lasts + 5);
  });

  test("an instance that is cut off from two of them ends before another takes over", async (context) => {
    const scene = await scenes.with(context, 3);
    const east = await scene.running("east");
    const west = await scene.prepare("west");
    west.startAgent();
    await until(async () => (await west.lease()).detail?.startsWith("another") === true);
    east.links[1]?.mute();
    await east.links[2]?.cut();
    await west.untilHealthy();
    expect(east.up[0]?.to).toBeLessThan(west.up[0]?.from ?? 0);
    expect((await east.lease()).state).toBe("lost");
    // It still reaches one witness, which tells it who took over.
    await until(async () => (await east.lease()).detail?.includes("notary west") === true);
    expect(west.up).toEqual([{ from: expect.any(Number) }]);
  });

  test("an instance that reaches one alone says so, and does not keep its lease there", async (context) => {
    const scene = await scenes.with(context, 3);
    const [alpha, beta, gamma] = scene.witnesses;
    await beta?.end();
    await gamma?.end();
    const east = await scene.prepare("east");
    east.startAgent();
    await until(async () => (await east.lease()).state === "waiting");
    await until(
      async () => (await east.lease()).detail === "witnesses beta, gamma do not answer; 2 of 3 are needed",
    );
    // Long enough to see that its attempts do not get denser.
    await scene.clock.sleep(4);
    let free = 0;
    for (let i = 0; i < 40; i += 1) {
      const answer = await alpha?.ask("probe", 0.001);
      if (answer?.granted) free += 1;
      await scene.clock.sleep(0.05);
    }
    expect(free).toBeGreaterThan(20);
    expect(east.commands).toEqual([]);
    await beta?.start();
    await east.untilHealthy();
  });
});

test.concurrent(
  "an instance that is cut off from the API server ends before another takes over",
  PATIENCE,
  async (context) => {
    const scene = await scenes.with(context, "Lease object");
    const east = await scene.running("east");
    const west = await scene.prepare("west");
    west.startAgent();
    await until(async () => (await west.lease()).detail?.startsWith("another") === true);
    east.links[0]?.mute();
    await west.untilHealthy();
    expect(east.up[0]?.to).toBeLessThan(west.up[0]?.from ?? 0);
    east.links[0]?.mute(false);
    await until(async () => (await east.lease()).detail?.includes("notary west") === true);
    expect(west.up).toEqual([{ from: expect.any(Number) }]);
  },
);

const RIVALS: [string, LessorCount][] = [
  ["three witnesses", 3],
  ["a Lease object", "Lease object"],
];

describe.concurrent.each(RIVALS)("with %s", PATIENCE, (_name, count) => {
  test("of rivals that start at once one wins, again and again, and never two", async (context) => {
    const scene = await scenes.with(context, count);
    const all = await Promise.all(["east", "west", "north"].map((name) => scene.prepare(name)));
    for (const notary of all) notary.startAgent();
    let rivals = all;
    while (rivals.length > 0) {
      await until(() => rivals.some(({ held }) => held.length > 0));
      await scene.clock.sleep(1.5);
      const winners = rivals.filter(({ held }) => held.length > 0);
      expect(winners).toHaveLength(1);
      await winners[0]?.die();
      rivals = rivals.filter((notary) => notary !== winners[0]);
    }
    expect(areApart(all)).toBe(true);
  });
});
