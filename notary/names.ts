/** Names a node or notary for people: `notary east`, `node explorer`. */
export function ownerText(node: { readonly name: string; readonly iguana?: unknown }): string {
  return `${node.iguana === undefined ? "node" : "notary"} ${node.name}`;
}

/**
 * Name of the workload of a chain's daemon. It is a DNS label, because others find the workload by it:
 * `east-gleec-old`.
 */
export function daemonName(node: string, symbol: string): string {
  return `${node}-${symbol.toLowerCase().replaceAll("_", "-")}`;
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
