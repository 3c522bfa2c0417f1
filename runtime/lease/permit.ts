/** Whether the leased process may be put to work now. */
export interface Permit {
  readonly isGiven: boolean;
  /** Whether the keeper is ended together with its process. */
  readonly isLeaving: boolean;
  /** To be called right before each call that puts the process to work; answers whether the call may be made. */
  use(): boolean;
}

/** The permit of a process that needs no lease. */
export const ALWAYS: Permit = { isGiven: true, isLeaving: false, use: () => true };
