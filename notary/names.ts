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

/** Name of the workload through which a node's clients enter: `explorer-clients`. */
export function clientsName(node: string): string {
  return `${node}-clients`;
}

/** Name of the identity of one of a node's clients: `explorer-clients-wallet`. */
export function clientName(node: string, client: string): string {
  return `${clientsName(node)}-${client}`;
}

/** Name of the workload of the agent of a node without Iguana: `explorer-agent`. */
export function agentName(node: string): string {
  return `${node}-agent`;
}

/** Role of the agent's container, in Iguana's workload or in its own. */
export const AGENT_ROLE = "agent";
