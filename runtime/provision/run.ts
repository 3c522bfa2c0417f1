import { type Clock, realClock } from "./clock";
import { Disk } from "./Disk";
import { Reporter } from "./Reporter";
import type { ReportLine } from "./report";

/** What one run of provision works with. */
export interface Run {
  readonly clock: Clock;
  readonly disk: Disk;
  readonly reporter: Reporter;
  readonly patience: Patience;
  /** Aborted when the program has to end. */
  readonly signal: AbortSignal;
}

/** How long, and how often, in milliseconds. */
export interface Patience {
  /** A connection that is silent for so long is broken off. It is measured by the machine's clock. */
  readonly silence: number;
  /** Tries of one source that gain (nearly) nothing, before the next source is tried. */
  readonly tries: number;
  /** The pause after the first of them. It doubles up to the longest. */
  readonly firstPause: number;
  readonly longestPause: number;
  /** The longest wait that a server may ask for (Retry-After). */
  readonly longestRetryAfter: number;
  /** Between two signs of life of who holds a lock. */
  readonly heartbeat: number;
  /** A lock without a sign of life for so long is taken over: its holder was killed. */
  readonly stale: number;
  /** Between two looks at a lock that somebody else holds. */
  readonly lockPoll: number;
}

export const usualPatience: Patience = {
  silence: 60_000,
  tries: 5,
  firstPause: 1000,
  longestPause: 30_000,
  longestRetryAfter: 300_000,
  heartbeat: 1000,
  stale: 10_000,
  lockPoll: 500,
};

/** The run of a real program. */
export function realRun(write: (line: ReportLine) => void, signal: AbortSignal): Run {
  const clock = realClock;
  return { clock, disk: new Disk(), reporter: new Reporter(clock, write), patience: usualPatience, signal };
}
