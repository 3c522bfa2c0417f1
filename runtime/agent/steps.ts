import type { NotaryCoin } from "./plan";

/** What is known about Iguana. */
export interface IguanaFacts {
  /** Whether it answers, and knows its address and its notaries. */
  readonly ready: boolean;
  /** The number of Iguana's present life. What was done in an earlier life is lost. */
  readonly life: number;
  /**
   * Whether the agent has seen this life from its beginning, when Iguana knew nothing. Otherwise rounds may be under
   * way.
   */
  readonly wasBlank: boolean;
  /** The life in which the wallet was unlocked; 0 for never. */
  readonly unlockedIn: number;
}

/** What is known about a coin. */
export interface CoinFacts {
  /** Whether the chain answered the last call, and its wallet holds the notary's key. */
  readonly ours: boolean;
  /** The life of Iguana in which the outputs that an earlier one had locked were unlocked; 0 for never. */
  readonly outputsFreeIn: number;
  /** The life of Iguana in which the coin was added; 0 for never. */
  readonly addedIn: number;
  /** The life of Iguana in which notarising began; 0 for never. */
  readonly dpowIn: number;
}

/**
 * The next step for a coin whose chain answers and whose wallet holds the key. With `waiting-…` there is nothing to do now. With `watch` everything is
 * done.
 */
export type Step =
  | "waiting-for-iguana"
  | "unlocking-outputs"
  | "adding"
  | "unlocking"
  | "waiting-for-dest"
  | "starting-dpow"
  | "watch";

/** What the next step of a coin follows from. */
export interface StepFacts {
  readonly coin: Pick<NotaryCoin, "dpow">;
  readonly facts: Omit<CoinFacts, "ours">;
  /** The coin that this one is notarised to; undefined where the notary does not have it. */
  readonly destination: CoinFacts | undefined;
  readonly iguana: IguanaFacts;
}

/**
 * The order that Iguana needs. The daemon has the key already. Iguana's wallet is unlocked when there is a coin. Iguana
 * refuses dpow unless both chains hold the key.
 *
 * Outputs are unlocked before the coin is added. dpow needs both of its chains to be added, so no round of this life can
 * have locked any of their outputs yet.
 */
export function nextStep({ coin, facts, destination, iguana }: StepFacts): Step {
  if (!iguana.ready) return "waiting-for-iguana";
  if (iguana.wasBlank && facts.outputsFreeIn !== iguana.life) return "unlocking-outputs";
  if (facts.addedIn !== iguana.life) return "adding";
  if (iguana.unlockedIn !== iguana.life) return "unlocking";
  if (coin.dpow === undefined || facts.dpowIn === iguana.life) return "watch";
  if (destination === undefined || !destination.ours || destination.addedIn !== iguana.life)
    return "waiting-for-dest";
  return "starting-dpow";
}

/** Milliseconds until the next look. The pause grows while the same thing keeps failing. */
export function pause(pollMilliseconds: number, failuresInARow: number): number {
  return Math.min(pollMilliseconds * 2 ** Math.min(failuresInARow, 10), Math.max(15_000, pollMilliseconds));
}
