import { describe, expect, test } from "vitest";
import { LEASE_TIMES } from "../../../runtime/lease/rules";
import { type LessorCount, LONG_TIMES, PATIENCE, TIMES, until, useScenes } from "./leaseScene";
import { SceneClock } from "./SceneClock";

const scenes = useScenes();

const WITH: [string, LessorCount][] = [
  ["one witness", 1],
  ["three witnesses", 3],
  ["a Lease object", "Lease object"],
];

describe.concurrent.each(WITH)("with %s", PATIENCE, (_name, count) => {
  test("a second instance waits and says for whom, and takes over when the first is gone", async (context) => {
    const scene = await scenes.with(context, count);
    const east = await scene.running("east");
    const west = await scene.prepare("west");
    west.startAgent();
    await until(async () => (await west.lease()).state === "waiting");
    const renewed = renewedWithin(scene.clock.real(TIMES).renewEvery);
    await until(async () => renewed.test((await west.lease()).detail ?? ""));
    expect((await west.get("/healthz")).text).toMatch(/^Lease: waiting \(another Iguana of this key runs/);
    expect((await west.status()).iguana.state).toBe("waiting-for-lease");
    await scene.clock.sleep(TIMES.lasts);
    expect(west.commands).toEqual([]);
    expect(east.up).toEqual([{ from: expect.any(Number) }]);

    await east.die();
    const gone = Date.now();
    await west.untilHealthy();
    expect(scene.clock.between(gone, west.held[0]?.from)).toBeLessThan(TIMES.lasts + 5);
    expect(west.commands).toContain("dpow KMD");
  });

  test("when it is not answered Iguana is made blank in time, and brought up anew when it is", async (context) => {
    const scene = await scenes.with(context, count);
    const east = await scene.running("east");
    const before = Date.now();
    scene.silence();
    await until(() => east.up[0]?.to !== undefined);
    expect(scene.clock.between(before, east.up[0]?.to)).toBeLessThan(TIMES.lasts);
    // Not at the first renewal that fails.
    expect(scene.clock.between(before, east.up[0]?.to)).toBeGreaterThan(TIMES.lasts / 3);
    await until(async () => (await east.lease()).detail === silence(count));
    expect((await east.lease()).state).toBe("lost");
    expect(east.output).toContain(`Lease: LOST (${silence(count)}`);
    expect(east.output).toContain("Iguana: must not run without its lease; it was killed");
    await scene.clock.sleep(2);
    expect(east.up).toHaveLength(1);
    scene.speak();
    await east.untilHealthy();
    expect(east.up).toHaveLength(2);
  });

  test("an agent that was restarted goes on at once, and Iguana with it", async (context) => {
    const scene = await scenes.with(context, count);
    const east = await scene.running("east", LONG_TIMES);
    const west = await scene.prepare("west", LONG_TIMES);
    west.startAgent();
    await until(async () => (await west.lease()).detail?.startsWith("another") === true);
    for (let i = 0; i < 2; i += 1) {
      await east.killAgent();
      await scene.clock.sleep(LONG_TIMES.renewEvery);
      const before = Date.now();
      east.startAgent();
      await east.untilHealthy();
      // That is before Iguana would have been made blank.
      expect(scene.clock.since(before)).toBeLessThan(LONG_TIMES.relied);
    }
    expect(east.output).toContain("Iguana: runs already");
    expect(east.up).toEqual([{ from: expect.any(Number) }]);
    expect(west.commands).toEqual([]);
  });
});

test.concurrent("with the real times a lost notary is taken over within 35 s", PATIENCE, async (context) => {
  const scene = await scenes.with(context, 3, SceneClock.real());
  const east = await scene.running("east", LEASE_TIMES);
  const west = await scene.prepare("west", LEASE_TIMES);
  west.startAgent();
  await until(async () => (await west.lease()).detail?.startsWith("another") === true);
  await east.die();
  const gone = Date.now();
  await west.untilHealthy();
  expect(scene.clock.between(gone, west.held[0]?.from)).toBeLessThan(35);
});

function silence(count: LessorCount): string {
  if (count === 1) return "witness alpha does not answer; 1 of 1 is needed";
  if (count === 3) return "witnesses alpha, beta, gamma do not answer; 2 of 3 are needed";
  return "the cluster's API server does not answer";
}

/** What one that waits says about the other, which has renewed its lease no longer ago than it does. */
function renewedWithin(seconds: number): RegExp {
  const ago = Array.from({ length: seconds + 1 }, (_, second) => second).join("|");
  return new RegExp(
    `^another Iguana of this key runs: notary east of stack prod on host alpha, which renewed its lease (${ago}) s ago$`,
  );
}
