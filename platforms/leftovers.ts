/** A resource that an interrupted run had begun to make, as the state has it. Nobody wrote down whether it was made. */
export interface BegunResource {
  /** Its type in the state, such as `docker:index/container:Container`. */
  readonly type: string;
  /** The host that its provider works on. */
  readonly host: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/**
 * What interrupted runs left on the hosts of a platform. Calls reject with a message for the operator that names the host
 * and says what to do.
 */
export interface Leftovers {
  /**
   * Removes what a begun creation made, if it is there and belongs to the stack. A process that runs in it gets the grace
   * that it needs. Volumes stay. Returns what was removed, for people: `container east-beer`. Undefined if that is nothing.
   * @param known the ids of all resources in the state, which stay
   */
  remove(begun: BegunResource, known: ReadonlySet<string>): Promise<string | undefined>;
  /** Ends all connections. */
  close(): void;
}

/** Loads the part of a platform that removes leftovers. It opens no connection before the first call. */
export type OpenLeftovers = () => Promise<Leftovers>;
