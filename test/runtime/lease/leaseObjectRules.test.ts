import fc from "fast-check";
import { expect, test } from "vitest";
import { LEASE_TIMES, type LeaseTimes } from "../../../runtime/lease/rules";
import { LeaseObjectModel } from "./LeaseObjectModel";
import { expectApart, type Round } from "./leaseModel";
import { anyRound } from "./leaseRounds";

async function played(rounds: readonly Round[], times: LeaseTimes = LEASE_TIMES): Promise<LeaseObjectModel> {
  const model = new LeaseObjectModel(times);
  for (const round of rounds) model.round(round);
  await model.finish();
  return model;
}

/** A round in which every call is answered in a moment. */
function well(instance: number, after: number, more: Partial<Round> = {}): Round {
  const passages = Array(10).fill({ there: 0.01, back: 0.01 });
  return { instance, after, passages, endingTakes: 0, restarts: false, ...more };
}

test("whatever happens to calls, no two instances are up at once", async () => {
  let ups = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(anyRound, { minLength: 20, maxLength: 60, size: "max" }), async (rounds) => {
      const { up } = await played(rounds);
      ups += up.length;
      expectApart(up);
    }),
    { numRuns: 1000 },
  );
  // Else it would have been about nothing.
  expect(ups).toBeGreaterThan(1000);
});

test("one that is gone is taken over 30 s after it was last seen to renew", async () => {
  const rounds = [well(0, 0), well(1, 1), well(1, 29.9), well(1, 0.2)];
  const [a, b] = (await played(rounds)).up;
  expect(a).toMatchObject({ instance: 0, to: expect.closeTo(20, 1) });
  expect(b).toMatchObject({ instance: 1, from: expect.closeTo(31.1, 1) });
});

test("the model can tell: with a Lease that ends before what is relied on, two are up at once", async () => {
  const { up } = await played([well(0, 0), well(1, 1), well(1, 11)], { ...LEASE_TIMES, lasts: 10 });
  expect(() => expectApart(up)).toThrow("up at once");
});
