/** How the times of a lease hang together, all in seconds. */
export interface LeaseTimes {
  /** How long a witness keeps a lease that is not renewed. */
  readonly lasts: number;
  /**
   * How long the holder relies on a majority of renewals, counted from before it sent them. What is left of `lasts`
   * after that is for making Iguana blank.
   */
  readonly relied: number;
  readonly renewEvery: number;
  /** A witness that does not answer within this counts as one that said no. */
  readonly answerWithin: number;
}

export const LEASE_TIMES: LeaseTimes = { lasts: 30, relied: 20, renewEvery: 5, answerWithin: 2 };

/** What one witness said. */
export type WitnessAnswer =
  | { readonly kind: "granted"; readonly renewed: boolean }
  | {
      readonly kind: "refused";
      readonly holder: string;
      readonly seenSeconds: number;
      readonly seconds: number;
    }
  | { readonly kind: "silent" }
  /** It answered, but not as a witness does. */
  | { readonly kind: "faulty"; readonly why: string };

export type Verdict =
  | "won"
  /** So many have refused it that there is no majority left: another instance has the lease. */
  | "refused"
  /** Neither. */
  | "short";

export function majorityOf(witnesses: number): number {
  return Math.floor(witnesses / 2) + 1;
}

/**
 * What the witnesses' answers come to. One that has the lease goes on with any majority, an agent that was restarted
 * included: witnesses say that they only renewed. One that has not needs, beside a majority, that nobody refuses: two
 * stacks may have different witnesses, and majorities that do not meet.
 */
export function judge(answers: readonly WitnessAnswer[], isHeld: boolean): Verdict {
  const majority = majorityOf(answers.length);
  const granted = answers.filter(({ kind }) => kind === "granted").length;
  const renewed = answers.filter((answer) => answer.kind === "granted" && answer.renewed).length;
  const refused = answers.filter(({ kind }) => kind === "refused").length;
  if (renewed >= majority) return "won";
  if (granted >= majority && (isHeld || refused === 0)) return "won";
  return refused > answers.length - majority ? "refused" : "short";
}

/**
 * Seconds until one that has not the lease asks again. Soon after the other's lease ends, if it does; else later and
 * later, for what it was granted in the meantime keeps others from winning. By chance a little apart from its rivals.
 * @param endsIn how long the lease of the one that refused it still lasts
 * @param chance from 0 up to 1
 */
export function pauseBeforeAsking(
  { renewEvery }: LeaseTimes,
  endsIn: number | undefined,
  attempts: number,
  chance: number,
): number {
  const apart = renewEvery * (0.02 + 0.18 * chance);
  if (endsIn !== undefined) return apart + Math.min(endsIn, renewEvery * 0.5);
  return apart + renewEvery * 0.1 * 2 ** Math.min(attempts, 4);
}
