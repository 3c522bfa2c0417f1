/** The port on which the agent serves its state, on loopback of its network namespace. */
export const AGENT_PORT = 7780;

/** The port on which the filter of clients serves its proxy, on loopback of the clients' network namespace. */
export const FILTER_PORT = 7785;

/** The port on the same loopback that leads the agent to the witness of this index. */
export function witnessPort(index: number): number {
  return AGENT_PORT + 1 + index;
}
