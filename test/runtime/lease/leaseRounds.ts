import fc from "fast-check";
import type { Round } from "./leaseModel";

/** What becomes of one call: how long it and its answer take; some are lost, late, or answered in vain. */
const passage = fc.oneof(
  { weight: 12, arbitrary: fc.constant({ there: 0.05, back: 0.05 }) },
  { weight: 2, arbitrary: fc.constant({ there: 1.9, back: 0.05 }) },
  { weight: 3, arbitrary: fc.record({ there: fc.integer({ min: 0, max: 40 }), back: fc.constant(0.05) }) },
  { weight: 1, arbitrary: fc.constant({ there: 0.05, back: 100 }) },
  { weight: 2, arbitrary: fc.constant({ there: Number.POSITIVE_INFINITY, back: 0 }) },
);

/** Questions of three instances, mostly those that have a chance to meet. */
export const anyRound: fc.Arbitrary<Round> = fc.record({
  instance: fc.nat(2),
  after: fc.constantFrom(0.1, 0.5, 1, 2, 5, 10, 25),
  passages: fc.array(passage, { minLength: 10, maxLength: 10 }),
  endingTakes: fc.constantFrom(0, 9.9),
  restarts: fc.boolean(),
});
