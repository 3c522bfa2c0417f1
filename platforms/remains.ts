/**
 * What a throw-away stack has on a platform. It is found by the label that all of it has, so nobody needs the stack's state.
 * Calls reject with a message for the operator.
 */
export interface Remains {
  /** When the oldest of it was made; undefined if there is nothing. */
  since(): Promise<Date | undefined>;
  /** Removes all of it with its data, whether it runs or not. */
  remove(): Promise<void>;
  /** Ends all connections. */
  close(): void;
}

/**
 * Loads the part of a platform that removes throw-away stacks. It opens no connection before the first call.
 * @param stackName the name of the throw-away stack
 */
export type OpenRemains = (stackName: string) => Promise<Remains>;
