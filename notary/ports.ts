/** Where the agent serves its state, on loopback of Iguana's network namespace. */
export const AGENT_PORT = 7780;

/** Where the agent finds the witness of this index, on the same loopback. */
export function witnessPort(index: number): number {
  return AGENT_PORT + 1 + index;
}
