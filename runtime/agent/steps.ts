import type { AgentCoin } from "./plan";

/** What is known about Iguana. */
export interface IguanaFacts {
  /** Whether it answers and knows its address and its notaries. */
  readonly ready: boolean;
  /** Counts Iguana's lives: what was done in an earlier one is lost. */
  readonly life: number;
  /** The life in which the wallet was unlocked; 0 for never. */
  readonly unlockedIn: number;
}

/** What is known about a coin. */
export interface CoinFacts {
  /** Whether the chain answered when last asked, and holds the notary's key. */
  readonly ours: boolean;
  /** The life of Iguana in which the coin was added; 0 for never. */
  readonly addedIn: number;
  /** The life of Iguana in which notarising began; 0 for never. */
  readonly dpowIn: number;
}

/** What comes next for a coin whose chain answers. `waiting-…` are nothing to do; `watch` is: all is done. */
export type Step =
  | "importing-key"
  | "waiting-for-iguana"
  | "adding"
  | "unlocking"
  | "waiting-for-dest"
  | "starting-dpow"
  | "watch";

/**
 * The order that Iguana needs: the key is in the daemon before all else, the wallet is unlocked
 * once there is a coin, and dpow is refused unless both chains hold the key.
 */
export function nextStep(
  coin: Pick<AgentCoin, "dpow">,
  facts: CoinFacts,
  dest: CoinFacts | undefined,
  iguana: IguanaFacts,
): Step {
  if (!facts.ours) return "importing-key";
  if (!iguana.ready) return "waiting-for-iguana";
  if (facts.addedIn !== iguana.life) return "adding";
  if (iguana.unlockedIn !== iguana.life) return "unlocking";
  if (coin.dpow === undefined || facts.dpowIn === iguana.life) return "watch";
  if (dest === undefined || !dest.ours || dest.addedIn !== iguana.life) return "waiting-for-dest";
  return "starting-dpow";
}

/** Milliseconds until the next look: soon as a rule, later and later where the same thing keeps failing. */
export function pause(pollMilliseconds: number, failuresInARow: number): number {
  return Math.min(pollMilliseconds * 2 ** Math.min(failuresInARow, 10), Math.max(15_000, pollMilliseconds));
}
