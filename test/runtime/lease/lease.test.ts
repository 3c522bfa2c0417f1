import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LEASE_TIMES } from "../../../runtime/lease/rules";
import { until } from "../processes";
import { bundlePrograms, type Programs } from "./leasedNotary";
import { areApart, type LessorCount, LONG_TIMES, Scene, TIMES } from "./leaseScene";

const LASTS = TIMES.lasts * 1000;
const PATIENCE = { timeout: 70_000 };

let bundles = "";
let programs: Programs;
beforeAll(async () => {
  bundles = mkdtempSync(join(tmpdir(), "dokomodo-lease-programs-"));
  programs = await bundlePrograms(bundles);
});
afterAll(() => rmSync(bundles, { recursive: true, force: true }));

const WITH: [string, LessorCount][] = [
  ["one witness", 1],
  ["three witnesses", 3],
  ["a Lease object", "Lease object"],
];

describe.concurrent.each(WITH)("with %s", PATIENCE, (_name, count) => {
  test("a second instance waits and says for whom, and takes over when the first is gone", async (context) => {
    const scene = await Scene.with(context, programs, count);
    const east = await scene.running("east");
    const west = await scene.prepare("west");
    west.startAgent();
    await until(async () => (await west.lease()).state === "waiting");
    await until(async () =>
      /^another Iguana of this key runs: notary east of stack prod on host alpha, which renewed its lease [01] s ago$/.test(
        (await west.lease()).detail ?? "",
      ),
    );
    expect((await west.get("/healthz")).text).toMatch(/^Lease: waiting \(another Iguana of this key runs/);
    expect((await west.status()).iguana.state).toBe("waiting-for-lease");
    await sleep(LASTS);
    expect(west.commands).toEqual([]);
    expect(east.up).toEqual([{ from: expect.any(Number) }]);

    await east.die();
    const gone = Date.now();
    await west.untilHealthy(LASTS + 8000);
    expect((west.held[0]?.from ?? 0) - gone).toBeLessThan(LASTS + 5000);
    expect(west.commands).toContain("dpow KMD");
  });

  test("when it is not answered Iguana is made blank in time, and brought up anew when it is", async (context) => {
    const scene = await Scene.with(context, programs, count);
    const east = await scene.running("east");
    const before = Date.now();
    scene.silence();
    await until(() => east.up[0]?.to !== undefined, LASTS + 2000);
    expect((east.up[0]?.to ?? 0) - before).toBeLessThan(LASTS);
    // Not at the first renewal that fails.
    expect((east.up[0]?.to ?? 0) - before).toBeGreaterThan(LASTS / 3);
    await until(async () => (await east.lease()).detail === silence(count));
    expect((await east.lease()).state).toBe("lost");
    expect(east.output).toContain(`Lease: LOST (${silence(count)}`);
    expect(east.output).toContain("Iguana: must not run without its lease; it was killed");
    await sleep(2000);
    expect(east.up).toHaveLength(1);
    scene.speak();
    await east.untilHealthy();
    expect(east.up).toHaveLength(2);
  });

  test("an agent that was restarted goes on at once, and Iguana with it", async (context) => {
    const scene = await Scene.with(context, programs, count);
    const east = await scene.running("east");
    const west = await scene.prepare("west");
    west.startAgent();
    await until(async () => (await west.lease()).detail?.startsWith("another") === true);
    for (let i = 0; i < 2; i += 1) {
      await east.killAgent();
      await sleep(TIMES.renewEvery * 1000);
      const before = Date.now();
      east.startAgent();
      await east.untilHealthy();
      expect(Date.now() - before).toBeLessThan(4000);
    }
    expect(east.output).toContain("Iguana: runs already");
    expect(east.up).toEqual([{ from: expect.any(Number) }]);
    expect(west.commands).toEqual([]);
  });
});

function silence(count: LessorCount): string {
  if (count === 1) return "witness alpha does not answer; 1 of 1 is needed";
  if (count === 3) return "witnesses alpha, beta, gamma do not answer; 2 of 3 are needed";
  return "the cluster's API server does not answer";
}

describe.concurrent("of three witnesses", PATIENCE, () => {
  test("one that is down changes nothing", async (context) => {
    const scene = await Scene.with(context, programs, 3);
    const [, , gamma] = scene.witnesses;
    const east = await scene.running("east");
    await gamma?.end();
    await until(async () => (await east.lease()).detail === "witness gamma does not answer");
    await sleep(LASTS * 1.5);
    expect((await east.lease()).state).toBe("held");
    expect((await east.get("/healthz")).status).toBe(200);
    expect(east.up).toEqual([{ from: expect.any(Number) }]);
    const west = await scene.prepare("west");
    west.startAgent();
    await until(async () => (await west.lease()).detail?.includes("on host alpha") === true);
    expect((await west.lease()).detail).toMatch(/^another Iguana .* s ago; witness gamma does not answer$/);
    await east.die();
    const gone = Date.now();
    await west.untilHealthy(LASTS + 8000);
    expect((west.held[0]?.from ?? 0) - gone).toBeLessThan(LASTS + 5000);
  });

  test("an instance that is cut off from two of them ends before another takes over", async (context) => {
    const scene = await Scene.with(context, programs, 3);
    const east = await scene.running("east");
    const west = await scene.prepare("west");
    west.startAgent();
    await until(async () => (await west.lease()).detail?.startsWith("another") === true);
    east.links[1]?.mute();
    await east.links[2]?.cut();
    await west.untilHealthy(LASTS * 3);
    expect(east.up[0]?.to).toBeLessThan(west.up[0]?.from ?? 0);
    expect((await east.lease()).state).toBe("lost");
    // It sees who took over, for it still reaches one witness.
    await until(async () => (await east.lease()).detail?.includes("notary west") === true);
    expect(west.up).toEqual([{ from: expect.any(Number) }]);
  });

  test("an instance that reaches one alone says so, and does not keep its lease there", async (context) => {
    const scene = await Scene.with(context, programs, 3);
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
    await sleep(4000);
    let free = 0;
    for (let i = 0; i < 40; i += 1) {
      const answer = await alpha?.ask("probe", 0.001);
      if (answer?.granted) free += 1;
      await sleep(50);
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
    const scene = await Scene.with(context, programs, "Lease object");
    const east = await scene.running("east");
    const west = await scene.prepare("west");
    west.startAgent();
    await until(async () => (await west.lease()).detail?.startsWith("another") === true);
    east.links[0]?.mute();
    await west.untilHealthy(LASTS * 3);
    expect(east.up[0]?.to).toBeLessThan(west.up[0]?.from ?? 0);
    east.links[0]?.mute(false);
    await until(async () => (await east.lease()).detail?.includes("notary west") === true);
    expect(west.up).toEqual([{ from: expect.any(Number) }]);
  },
);

describe.concurrent("an agent that is ended", PATIENCE, () => {
  test("in a pod keeps the lease until Iguana has ended, and gives it back then", async (context) => {
    const scene = await Scene.with(context, programs, "Lease object");
    const east = await scene.running("east");
    const west = await scene.prepare("west");
    west.startAgent();
    await until(async () => (await west.lease()).detail?.startsWith("another") === true);
    const ended = east.endAgent();
    await until(async () => (await east.status()).iguana.state === "leaving");
    expect((await east.lease()).state).toBe("leaving");
    await sleep(LASTS * 1.5);
    expect(east.output).toContain("Lease: will be given back when Iguana has ended");
    expect(west.commands).toEqual([]);
    await east.endIguana();
    const gone = Date.now();
    expect(await ended).toBe(0);
    await west.untilHealthy();
    // Well before it would have run out, which one that was killed leaves it to.
    expect((west.held[0]?.from ?? 0) - gone).toBeLessThan(LASTS / 2);
  });

  test("in a pod that goes on ends after a while, and the next goes on with its lease", async (context) => {
    const scene = await Scene.with(context, programs, "Lease object");
    const east = await scene.running("east");
    expect(await east.endAgent()).toBe(0);
    expect(east.output).not.toContain("given back\n");
    east.startAgent();
    await east.untilHealthy();
    expect(east.up).toEqual([{ from: expect.any(Number) }]);
  });

  test("in a pod that has no lease ends at once", async (context) => {
    const scene = await Scene.with(context, programs, "Lease object");
    await scene.running("east");
    const west = await scene.prepare("west");
    west.startAgent();
    await until(async () => (await west.lease()).detail?.startsWith("another") === true);
    const before = Date.now();
    expect(await west.endAgent()).toBe(0);
    expect(Date.now() - before).toBeLessThan(2000);
  });

  test("in a container of its own ends at once, and the next goes on with its lease", async (context) => {
    const scene = await Scene.with(context, programs, 1);
    const east = await scene.running("east", LONG_TIMES);
    const before = Date.now();
    expect(await east.endAgent()).toBe(0);
    expect(Date.now() - before).toBeLessThan(2000);
    east.startAgent();
    await east.untilHealthy();
    expect(east.up).toEqual([{ from: expect.any(Number) }]);
  });
});

describe.concurrent.each(WITH.slice(1))("with %s", PATIENCE, (_name, count) => {
  test("of rivals that start at once one wins, again and again, and never two", async (context) => {
    const scene = await Scene.with(context, programs, count);
    const all = await Promise.all(["east", "west", "north"].map((name) => scene.prepare(name)));
    for (const notary of all) notary.startAgent();
    let rivals = all;
    while (rivals.length > 0) {
      await until(() => rivals.some(({ held }) => held.length > 0), LASTS * 2);
      await sleep(1500);
      const winners = rivals.filter(({ held }) => held.length > 0);
      expect(winners).toHaveLength(1);
      await winners[0]?.die();
      rivals = rivals.filter((notary) => notary !== winners[0]);
    }
    expect(areApart(all)).toBe(true);
  });
});

describe.concurrent("with an Iguana that an earlier agent brought up", PATIENCE, () => {
  test("an agent that starts and is refused makes it blank", async (context) => {
    const scene = await Scene.with(context, programs, 1);
    const [alpha] = scene.witnesses;
    const east = await scene.running("east");
    await east.killAgent();
    await sleep(LASTS + 500);
    await alpha?.ask("another", 60);
    const before = Date.now();
    east.startAgent();
    await until(() => east.up[0]?.to !== undefined, 5000);
    expect((east.up[0]?.to ?? 0) - before).toBeLessThan(4000);
    await until(async () => {
      return /^another Iguana of this key runs: notary another, /.test((await east.lease()).detail ?? "");
    });
  });

  test("an agent that starts and reaches no witness lets it go on for as long as the one before relied on it", async (context) => {
    const scene = await Scene.with(context, programs, 1);
    const east = await scene.running("east");
    scene.silence();
    const silent = Date.now();
    await east.killAgent();
    await sleep(500);
    east.startAgent();
    await until(() => east.up[0]?.to !== undefined, LASTS);
    const took = (east.up[0]?.to ?? 0) - silent;
    expect(took).toBeGreaterThan((TIMES.relied - TIMES.renewEvery - 1) * 1000);
    expect(took).toBeLessThan(TIMES.relied * 1000 + 500);
    await until(
      async () => (await east.lease()).detail === "witness alpha does not answer; 1 of 1 is needed",
    );
  });

  test("agents that are started again and again give it no more time than one that runs on", async (context) => {
    const scene = await Scene.with(context, programs, 1);
    const east = await scene.running("east");
    scene.silence();
    const silent = Date.now();
    while (east.up[0]?.to === undefined && Date.now() - silent < 3 * LASTS) {
      await east.killAgent();
      east.startAgent();
      // On a busy machine it starts slowly; one that is killed before it runs can do nothing.
      await until(async () => (await east.lease()).state === "waiting");
      await sleep(500);
    }
    expect((east.up[0]?.to ?? Number.POSITIVE_INFINITY) - silent).toBeLessThan(2 * LASTS);
  });

  test.for([
    ["answers", 0],
    ["is silent", 1],
  ])(
    "an agent in a new container, which knows of no lease, lets it go on where the witness %s",
    async ([, ends], context) => {
      const scene = await Scene.with(context, programs, 1);
      const east = await scene.running("east");
      await east.killAgent();
      east.forgetReliance();
      if (ends === 1) scene.silence();
      const before = Date.now();
      east.startAgent();
      if (ends === 0) await east.untilHealthy();
      else await until(() => east.up[0]?.to !== undefined, LASTS);
      expect(east.up).toHaveLength(1);
      expect(east.up[0]?.to === undefined ? 0 : 1).toBe(ends);
      if (ends === 1) expect((east.up[0]?.to ?? 0) - before).toBeLessThan(TIMES.answerWithin * 1000 + 4000);
    },
  );
});

test.concurrent("with the real times a lost notary is taken over within 35 s", PATIENCE, async (context) => {
  const scene = await Scene.with(context, programs, 3);
  const east = await scene.running("east", LEASE_TIMES);
  const west = await scene.prepare("west", LEASE_TIMES);
  west.startAgent();
  await until(async () => (await west.lease()).detail?.startsWith("another") === true);
  await east.die();
  const gone = Date.now();
  await west.untilHealthy(40_000);
  expect((west.held[0]?.from ?? 0) - gone).toBeLessThan(35_000);
});
