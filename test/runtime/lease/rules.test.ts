import fc from "fast-check";
import { expect, test } from "vitest";
import { describeAnswers } from "../../../runtime/lease/describe";
import type { LessorAnswer } from "../../../runtime/lease/lessor";
import { judge, LEASE_TIMES, majorityOf, pauseBeforeAsking } from "../../../runtime/lease/rules";
import { expectApart, LeaseModel } from "./leaseModel";
import { anyRound } from "./leaseRounds";

const granted: LessorAnswer = { kind: "granted", renewed: false };
const renewed: LessorAnswer = { kind: "granted", renewed: true };
const refused: LessorAnswer = { kind: "refused", holder: "notary west", seenSeconds: 3.2, seconds: 26.8 };
const silent: LessorAnswer = { kind: "silent" };
const faulty: LessorAnswer = { kind: "faulty", why: "HTTP 500: no space left" };

test("a majority is 1 of 1, 2 of 2, 2 of 3, 3 of 4, 3 of 5", () => {
  expect([1, 2, 3, 4, 5].map(majorityOf)).toEqual([1, 2, 2, 3, 3]);
});

test.each<[string, LessorAnswer[], boolean, string]>([
  ["the one there is", [granted], false, "won"],
  ["the one there is refuses", [refused], true, "refused"],
  ["the one there is does not answer", [silent], true, "short"],
  ["two of three", [granted, granted, silent], false, "won"],
  ["one of three", [granted, silent, faulty], false, "short"],
  [
    "two of three, and one has given it to another: not to a newcomer",
    [granted, granted, refused],
    false,
    "short",
  ],
  ["the same to one that has it", [granted, granted, refused], true, "won"],
  ["the same to one whose agent was restarted", [renewed, renewed, refused], false, "won"],
  ["two of three have given it to another", [granted, refused, refused], true, "refused"],
  ["one has, and one does not answer", [granted, refused, silent], true, "short"],
  ["one of two", [granted, refused], true, "refused"],
])("verdict: %s", (_name, answers, isHeld, verdict) => {
  expect(judge(answers, isHeld)).toBe(verdict);
});

test.each<[LessorAnswer[], string]>([
  [[refused], "another Iguana of this key runs: notary west, which renewed its lease 3 s ago"],
  [[silent], "witness alpha does not answer; 1 of 1 is needed"],
  [[granted, silent, silent], "witnesses beta, gamma do not answer; 2 of 3 are needed"],
  [
    [silent, faulty, granted],
    "witness alpha does not answer; witness beta answers HTTP 500: no space left; 2 of 3 are needed",
  ],
  [
    [silent, { ...refused, holder: "notary north", seenSeconds: 20 }, refused],
    "another Iguana of this key runs: notary west, which renewed its lease 3 s ago; witness alpha does not answer",
  ],
  [
    [{ ...refused, holder: "notary east" }],
    "another Iguana of this key runs: notary east, which renewed its lease 3 s ago; it has the same name as this one: " +
      "if it is the one that ran here before, its lease ends in 27 s",
  ],
  [[granted, granted, granted], ""],
])("for people: %j", (answers, text) => {
  const named = answers.map((answer, i) => ({
    kind: "witness" as const,
    name: ["alpha", "beta", "gamma"][i] ?? "",
    answer,
  }));
  expect(describeAnswers(named, { holder: "notary east", process: "Iguana" })).toBe(text);
});

test.each<[LessorAnswer, string]>([
  [refused, "another Iguana of this key runs: notary west, which renewed its lease 3 s ago"],
  [silent, "the cluster's API server does not answer"],
  [
    { kind: "faulty", why: "403: the pod's service account may not update it" },
    "Lease iguanas/key: 403: the pod's service account may not update it",
  ],
  [granted, ""],
])("of a Lease object, for people: %j", (answer, text) => {
  const named = [{ kind: "api-server" as const, name: "iguanas/key", answer }];
  expect(describeAnswers(named, { holder: "notary east", process: "Iguana" })).toBe(text);
});

const pause = (endsIn: number | undefined, attempts: number, chance: number) =>
  pauseBeforeAsking(LEASE_TIMES, { endsIn, attempts, chance });

test("one that was refused asks again soon after the lease of the other ends", () => {
  expect(pause(0, 3, 0)).toBeCloseTo(0.1);
  expect(pause(1, 3, 1)).toBeCloseTo(2);
  expect(pause(29, 3, 1)).toBeCloseTo(3.5);
});

test("one that finds too few witnesses asks less and less often, but at least every 9 s", () => {
  expect([0, 1, 2, 3, 4, 100].map((attempts) => pause(undefined, attempts, 0))).toEqual(
    [0.6, 1.1, 2.1, 4.1, 8.1, 8.1].map((seconds) => expect.closeTo(seconds)),
  );
  expect(pause(undefined, 100, 1)).toBeCloseTo(9);
});

test("whatever happens to calls, no two instances are up at once", () => {
  let ups = 0;
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5 }),
      fc.array(anyRound, { minLength: 20, maxLength: 60, size: "max" }),
      (witnesses, rounds) => {
        const model = new LeaseModel(witnesses, LEASE_TIMES);
        for (const one of rounds) model.round(one);
        model.finish();
        ups += model.up.length;
        expectApart(model.up);
      },
    ),
    { numRuns: 3000 },
  );
  // Else it would have been about nothing.
  expect(ups).toBeGreaterThan(3000);
});

test("the model can tell: with a lease that ends before what is relied on, two are up at once", () => {
  const wrong = { ...LEASE_TIMES, lasts: 10 };
  const model = new LeaseModel(1, wrong);
  const well = Array(10).fill({ there: 0.01, back: 0.01 });
  model.round({ instance: 0, after: 0, passages: well, endingTakes: 0, restarts: false });
  model.round({ instance: 1, after: 12, passages: well, endingTakes: 0, restarts: false });
  model.finish();
  const [a, b] = model.up;
  expect(a?.to).toBeGreaterThan(b?.from ?? 0);
});
