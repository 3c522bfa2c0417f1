/**
 * Name of the workload of a chain's daemon. It is a DNS label, because others find the workload by it:
 * `east-gleec-old`.
 */
export function daemonName(notary: string, symbol: string): string {
  return `${notary}-${symbol.toLowerCase().replaceAll("_", "-")}`;
}

/** Name of the workload of a notary's Iguana: `east-iguana`. */
export function iguanaName(notary: string): string {
  return `${notary}-iguana`;
}

/** Name of the workload of a notary's witness on a host: `east-alpha-witness`. */
export function witnessName(notary: string, host: string): string {
  return `${notary}-${host}-witness`;
}

/** Role of the agent's container in Iguana's workload. */
export const AGENT_ROLE = "agent";
