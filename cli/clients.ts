import { OPERATOR } from "../notary/rpcGraph";
import type { ClientAccess, Outputs } from "./outputs";

/** The client of a node, as its name and its node's name. */
interface NamedAccess {
  readonly node: string;
  readonly client: string;
  readonly access: ClientAccess;
}

/** Finds a client of the stack. Throws if there is none of the name, or if several nodes have one. */
export function findClient(outputs: Outputs, client: string, node: string | undefined): NamedAccess {
  const all = clientsOf(outputs, node);
  const found = all.filter((each) => each.client === client);
  const [first, ...others] = found;
  if (first === undefined) {
    const known = all.map((each) => `${each.client} (of ${each.node})`).join(", ");
    throw new Error(`${ofStack(outputs, node)} has no client ${client}; it has ${known}`);
  }
  if (others.length > 0) throw new Error(`name one of the nodes with --node: ${nodesOf(found)}`);
  return first;
}

/** Finds the operator's access to a chain. Throws if no node with clients has the chain, or if several have it. */
export function findOperator(outputs: Outputs, symbol: string, node: string | undefined): NamedAccess {
  const all = clientsOf(outputs, node).filter(({ client }) => client === OPERATOR);
  const found = all.filter(({ access }) => access.chains[symbol] !== undefined);
  const [first, ...others] = found;
  if (first === undefined) {
    const known = [...new Set(all.flatMap(({ access }) => Object.keys(access.chains)))].sort().join(", ");
    throw new Error(
      `${ofStack(outputs, node)} has no chain ${symbol} that can be called from here; there are ${known}`,
    );
  }
  if (others.length > 0) throw new Error(`name one of the nodes with --node: ${nodesOf(found)}`);
  return first;
}

/** All clients of the stack, or of one of its nodes. Throws if there are none. */
function clientsOf(outputs: Outputs, node: string | undefined): NamedAccess[] {
  const nodes = { ...outputs.notaries, ...outputs.nodes };
  if (node !== undefined && nodes[node] === undefined)
    throw new Error(`the stack has no notary or node ${node}; it has ${Object.keys(nodes).join(", ")}`);
  const found = Object.entries(nodes)
    .filter(([name]) => node === undefined || name === node)
    .flatMap(([name, { clients = {} }]) =>
      Object.entries(clients).map(([client, access]) => ({ node: name, client, access })),
    );
  if (found.length === 0) {
    throw new Error(
      `${ofStack(outputs, node)} lets no client in; state one in the config of a notary or node, such as \`clients: [{ name: wallet, chains: [KMD] }]\`, and run pulumi up`,
    );
  }
  return found;
}

function ofStack({ stack }: Outputs, node: string | undefined): string {
  return node === undefined ? `stack ${stack}` : `${node} of stack ${stack}`;
}

function nodesOf(found: readonly NamedAccess[]): string {
  return found.map(({ node }) => node).join(", ");
}
