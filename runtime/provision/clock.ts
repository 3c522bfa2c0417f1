import { setTimeout } from "node:timers/promises";

/** Time, so that tests have their own. */
export interface Clock {
  /** Milliseconds since some moment. They never go back. */
  now(): number;
  /** Rejects when the signal is aborted. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
}

export const realClock: Clock = {
  now: () => performance.now(),
  sleep: (milliseconds, signal) => setTimeout(milliseconds, undefined, { signal }),
};
