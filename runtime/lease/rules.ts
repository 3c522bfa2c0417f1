import type { LessorAnswer } from "./lessor";

/** The times of a lease, in seconds. docs/internals/lease.md says how they follow from one another. */
export interface LeaseTimes {
  /** How long a lessor keeps a lease that is not renewed. */
  readonly lasts: number;
  /**
   * How long the holder relies on the lease. It counts from the moment before the holder asked a majority that granted
   * it. `lasts - relied` is left for ending the process.
   */
  readonly relied: number;
  readonly renewEvery: number;
  /** A lessor that has not answered after this time counts as silent. */
  readonly answerWithin: number;
}

export const LEASE_TIMES: LeaseTimes = { lasts: 30, relied: 20, renewEvery: 5, answerWithin: 2 };

export type Verdict =
  | "won"
  /** So many lessors refuse that no majority is left. Another instance has the lease. */
  | "refused"
  /** Neither: too few lessors answered, or they disagree. */
  | "short";

export function majorityOf(lessors: number): number {
  return Math.floor(lessors / 2) + 1;
}

/**
 * What the answers of all lessors amount to.
 *
 * An instance that has the lease keeps it with any majority. That holds for one whose process has started again, too,
 * because lessors say when they only renewed.
 *
 * An instance that does not have the lease needs a majority, and no lessor that refuses. Two stacks may have different
 * witnesses, and a majority of one set does not always meet a majority of the other.
 */
export function judge(answers: readonly LessorAnswer[], isHeld: boolean): Verdict {
  const majority = majorityOf(answers.length);
  const granted = answers.filter(({ kind }) => kind === "granted").length;
  const renewed = answers.filter((answer) => answer.kind === "granted" && answer.renewed).length;
  const refused = answers.filter(({ kind }) => kind === "refused").length;
  if (renewed >= majority) return "won";
  if (granted >= majority && (isHeld || refused === 0)) return "won";
  return refused > answers.length - majority ? "refused" : "short";
}

/** What an instance knows that waits for the lease. */
export interface Waiting {
  /** Seconds that the holder's lease still lasts; undefined where no lessor refused. */
  readonly endsIn: number | undefined;
  /** How many attempts in a row have found too few lessors, and no holder. */
  readonly attempts: number;
  /** A random number from 0 up to 1. It keeps rivals apart. */
  readonly chance: number;
}

/**
 * Seconds until an instance without the lease asks again. It asks soon after the holder's lease ends. Where there is no
 * holder the pause grows: what the instance was granted meanwhile keeps others from winning.
 */
export function pauseBeforeAsking({ renewEvery }: LeaseTimes, { endsIn, attempts, chance }: Waiting): number {
  const apart = renewEvery * (0.02 + 0.18 * chance);
  if (endsIn !== undefined) return apart + Math.min(endsIn, renewEvery * 0.5);
  return apart + renewEvery * 0.1 * 2 ** Math.min(attempts, 4);
}
