import { afterEach, expect, test, vi } from "vitest";
import { GRANTED, LASTS, LeaseObjectUnderTest, PLACE, RENEWED, refusedBy } from "./leaseObjectUnderTest";

afterEach(() => vi.useRealTimers());

test("a Lease that is absent is made, then renewed", async (context) => {
  const it = await LeaseObjectUnderTest.with(context);
  const east = it.rival("east");
  vi.useFakeTimers({ toFake: ["Date"], now: new Date("2030-01-02T03:04:05.678Z") });
  expect(await east.ask()).toEqual(GRANTED);
  expect(it.lease).toMatchObject({
    metadata: {
      name: "dokomodo-key",
      annotations: { "dokomodo/holder": "notary east", "dokomodo/round": "1" },
    },
    spec: {
      holderIdentity: "east",
      leaseDurationSeconds: LASTS,
      acquireTime: "2030-01-02T03:04:05.678000Z",
      renewTime: "2030-01-02T03:04:05.678000Z",
      leaseTransitions: 0,
    },
  });
  vi.setSystemTime(new Date("2030-01-02T03:04:10.000Z"));
  expect(await east.ask()).toEqual(RENEWED);
  expect(it.lease?.spec).toMatchObject({
    acquireTime: "2030-01-02T03:04:05.678000Z",
    renewTime: "2030-01-02T03:04:10.000000Z",
    leaseTransitions: 0,
  });
  expect(it.server.calls).toEqual(["GET", "POST", "GET", "PUT"]);
});

test("another is refused until it has seen the Lease unchanged for as long as that lasts", async (context) => {
  const it = await LeaseObjectUnderTest.with(context);
  const [east, west] = [it.rival("east"), it.rival("west")];
  await east.ask();
  expect(await west.ask()).toEqual(refusedBy("east", 0));
  west.clock.now += 20;
  expect(await west.ask()).toEqual(refusedBy("east", 20));
  await east.ask();
  west.clock.now += 15;
  // From when it sees the change, which is later than the change.
  expect(await west.ask()).toEqual(refusedBy("east", 0));
  west.clock.now += 29.9;
  expect(await west.ask()).toEqual(refusedBy("east", 29.9));
  west.clock.now += 0.2;
  expect(await west.ask()).toEqual(GRANTED);
  expect(it.lease?.spec).toMatchObject({ holderIdentity: "west", leaseTransitions: 1 });
  expect(await east.ask()).toEqual(refusedBy("west", 0));
});

test("how long a Lease lasts is what its holder wrote", async (context) => {
  const it = await LeaseObjectUnderTest.with(context);
  const [east, west] = [it.rival("east"), it.rival("west")];
  await east.ask();
  it.server.store.edit(PLACE, () => ({ spec: { leaseDurationSeconds: 60 } }));
  await west.ask();
  west.clock.now += 59;
  expect(await west.ask()).toMatchObject({ kind: "refused", seconds: expect.closeTo(1) });
  west.clock.now += 1.1;
  expect(await west.ask()).toEqual(GRANTED);
  expect(it.lease?.spec["leaseDurationSeconds"]).toBe(LASTS);
});

test.for(["1999-01-01T00:00:00.000000Z", "2999-01-01T00:00:00.000000Z"])(
  "what the holder's wall clock says counts for nothing: %s",
  async (renewTime, context) => {
    const it = await LeaseObjectUnderTest.with(context);
    const [east, west] = [it.rival("east"), it.rival("west")];
    await east.ask();
    it.server.store.edit(PLACE, () => ({ spec: { renewTime } }));
    expect(await west.ask()).toEqual(refusedBy("east", 0));
    west.clock.now += 29;
    expect(await west.ask()).toEqual(refusedBy("east", 29));
    west.clock.now += 1.1;
    expect(await west.ask()).toEqual(GRANTED);
  },
);

test("a renewal is seen also where the holder's wall clock stands still", async (context) => {
  const it = await LeaseObjectUnderTest.with(context);
  const [east, west] = [it.rival("east"), it.rival("west")];
  vi.useFakeTimers({ toFake: ["Date"] });
  await east.ask();
  await west.ask();
  west.clock.now += 25;
  await east.ask();
  expect(await west.ask()).toEqual(refusedBy("east", 0));
});

test("one that comes back late and finds its Lease still there has it", async (context) => {
  const it = await LeaseObjectUnderTest.with(context);
  const east = it.rival("east");
  await east.ask();
  east.clock.now += 1000;
  expect(await east.ask()).toEqual(RENEWED);
});

test("a Lease that was given back is taken at once", async (context) => {
  const it = await LeaseObjectUnderTest.with(context);
  const [east, west] = [it.rival("east"), it.rival("west")];
  await east.ask();
  await west.ask();
  await east.release();
  expect(it.lease?.spec).toMatchObject({ holderIdentity: "", leaseTransitions: 0 });
  expect(await west.ask()).toEqual(GRANTED);
  expect(it.lease?.spec).toMatchObject({ holderIdentity: "west", leaseTransitions: 1 });
});

test("nobody gives back what another has, or what it was granted later", async (context) => {
  const it = await LeaseObjectUnderTest.with(context);
  const [east, west] = [it.rival("east"), it.rival("west")];
  await west.release();
  expect(it.lease).toBeUndefined();
  await east.ask();
  await west.release();
  expect(it.holder).toBe("east");
  await east.ask();
  await east.release(1);
  expect(it.holder).toBe("east");
  await east.release(2);
  expect(it.holder).toBe("");
});

test("what is given back while it is renewed stays renewed", async (context) => {
  const it = await LeaseObjectUnderTest.with(context);
  const east = it.rival("east");
  await east.ask();
  const { edit } = it.server.store;
  it.server.fate = (method) => {
    if (method === "PUT") edit.call(it.server.store, PLACE, () => ({ spec: { leaseTransitions: 7 } }));
    return "answer";
  };
  await east.release();
  expect(it.lease?.spec).toMatchObject({ holderIdentity: "east", leaseTransitions: 7 });
});

test.for(["absent", "given back", "seen to end"])(
  "of rivals that ask at once for a Lease that is %s one has it, and the others are told who",
  async (kind, context) => {
    const it = await LeaseObjectUnderTest.with(context);
    const before = it.rival("before");
    const rivals = ["east", "west", "north"].map((name) => it.rival(name));
    for (let i = 0; i < 10; i += 1) {
      it.server.store.delete(PLACE);
      if (kind !== "absent") await before.ask();
      if (kind === "given back") await before.release();
      if (kind === "seen to end") {
        for (const rival of rivals) await rival.ask();
        for (const rival of rivals) rival.clock.now += LASTS + 0.001;
      }
      const answers = await Promise.all(rivals.map((rival) => rival.ask()));
      const winners = rivals.filter((_, at) => answers[at]?.kind === "granted");
      expect(winners.map(({ name }) => name)).toEqual([it.holder]);
      expect(answers.filter(({ kind }) => kind === "refused")).toEqual(
        Array(2).fill(refusedBy(String(it.holder), 0)),
      );
      await winners[0]?.release();
      for (const rival of rivals) await rival.ask().then(() => rival.release());
    }
  },
);

test("one whose renewal meets a change by somebody else looks again: it still has it, or is told who has", async (context) => {
  const it = await LeaseObjectUnderTest.with(context);
  const [east, west] = [it.rival("east"), it.rival("west")];
  await east.ask();
  const between = (change: object) => {
    it.server.fate = (method) => {
      if (method === "PUT") {
        it.server.fate = () => "answer";
        it.server.store.edit(PLACE, () => change);
      }
      return "answer";
    };
  };
  between({ metadata: { labels: { seen: "yes" } } });
  expect(await east.ask()).toEqual(RENEWED);
  expect(it.lease?.metadata["labels"]).toEqual({ seen: "yes" });
  between({ spec: { holderIdentity: "west" } });
  expect(await east.ask()).toMatchObject({ kind: "refused", seconds: LASTS });
  expect(await west.ask()).toEqual(RENEWED);
});

test("a Lease that is deleted is made anew by its holder, and by one that has seen the holder only after it would have ended", async (context) => {
  const it = await LeaseObjectUnderTest.with(context);
  const [east, west] = [it.rival("east"), it.rival("west")];
  await east.ask();
  await west.ask();
  west.clock.now += 25;
  it.server.store.delete(PLACE);
  expect(await west.ask()).toEqual(refusedBy("east", 0));
  expect(await east.ask()).toEqual(GRANTED);
  west.clock.now += 25;
  expect(await west.ask()).toEqual(refusedBy("east", 0));
  it.server.store.delete(PLACE);
  await west.ask();
  west.clock.now += 29.9;
  expect(await west.ask()).toEqual(refusedBy("east", 29.9));
  west.clock.now += 0.2;
  expect(await west.ask()).toEqual(GRANTED);
});

test("what others wrote into the Lease stays", async (context) => {
  const it = await LeaseObjectUnderTest.with(context);
  const [east, west] = [it.rival("east"), it.rival("west")];
  await east.ask();
  it.server.store.edit(PLACE, ({ metadata }) => ({
    metadata: { labels: { team: "a" }, annotations: { ...Object(metadata["annotations"]), note: "b" } },
    spec: { strategy: "OldestEmulationVersion" },
  }));
  await east.ask();
  await east.release();
  await west.ask();
  expect(it.lease).toMatchObject({
    metadata: { labels: { team: "a" }, annotations: { note: "b", "dokomodo/holder": "notary west" } },
    spec: { strategy: "OldestEmulationVersion", holderIdentity: "west" },
  });
});

test("a holder without a text for people is told by its identity, on one line", async (context) => {
  const it = await LeaseObjectUnderTest.with(context);
  const [east, west] = [it.rival("east"), it.rival("west")];
  await east.ask();
  it.server.store.edit(PLACE, () => ({ metadata: { annotations: {} } }));
  expect(await west.ask()).toMatchObject({ holder: "east" });
  const annotations = { "dokomodo/holder": "notary\n\u001b[31mred" };
  it.server.store.edit(PLACE, () => ({ metadata: { annotations } }));
  expect(await west.ask()).toMatchObject({ holder: "notary [31mred" });
});
