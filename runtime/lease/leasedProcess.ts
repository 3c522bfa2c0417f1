/**
 * What a LeaseKeeper needs to know of the process that may work only while the lease is held. Something else starts the
 * process again after its end, without work.
 */
export interface LeasedProcess {
  /** For people: `Iguana`. */
  readonly name: string;
  /** Whether the process certainly does none of the work that needs the lease. It may not run at all. */
  isIdle(): Promise<boolean>;
  /** Does what it can to end the process, which may take a while. Answers with what it did, for people. */
  end(): string;
  /** Why the process cannot be ended at once; undefined where it can, and where it does not run. */
  obstacle(): string | undefined;
}

/**
 * `waiting`: not held since the keeper started. `lost`: it was held, and has to be won again. `leaving`: it is given
 * back when the process has ended.
 */
export type LeaseState = "waiting" | "held" | "lost" | "leaving";

/** Takes what a LeaseKeeper says. */
export interface LeaseReport {
  /** The lease's state, and the reason for people. It is called at every look, also where nothing has changed. */
  setLease(state: LeaseState, reason?: string): void;
  /** Something that happened once. */
  event(subject: string, text: string): void;
}
