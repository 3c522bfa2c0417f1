import { suggestion } from "../../input/nearest";
import type { StackEdit } from "./carryOut";
import { findNode, type NodeEntry, type StackFiles } from "./stackFiles";

export interface NewClient {
  readonly name: string;
  readonly node?: string | undefined;
  readonly chains: readonly string[];
  readonly allow?: readonly string[] | undefined;
}

/** Lets somebody call chains of a notary or node. What they may call is checked with the whole file. */
export function addClient(files: StackFiles, { name, node: asked, chains, allow }: NewClient): StackEdit {
  const node = findNode(files, asked);
  if (node.clients.some((client) => client.name === name)) {
    throw new Error(`${node.name} has a client ${name} already; choose another name`);
  }
  return {
    config: [{ kind: "append", path: [...node.path, "clients"], value: { name, chains, allow } }],
    notes: [`After pulumi up, \`dokomodo client files ${name}\` writes its certificate and its key.`],
  };
}

/** Takes a client out. Its certificate opens nothing any more after the next `up`. */
export function removeClient(files: StackFiles, name: string, asked: string | undefined): StackEdit {
  const nodes = asked === undefined ? files.entries : [findNode(files, asked)];
  const owners = nodes.filter(({ clients }) => clients.some((client) => client.name === name));
  const [owner, ...others] = owners;
  if (owner === undefined) {
    const known = nodes.flatMap(({ clients }) => clients.map((client) => client.name));
    throw new Error(`${asked ?? `stack ${files.name}`} has no client ${name}${suggestion(name, known)}`);
  }
  if (others.length > 0) throw new Error(`name one of the nodes with --node: ${namesOf(owners)}`);
  const path = [...owner.path, "clients"];
  const index = owner.clients.findIndex((client) => client.name === name);
  return {
    config: [{ kind: "remove", path: owner.clients.length === 1 ? path : [...path, index] }],
    notes: [`After pulumi up, ${owner.name} lets client ${name} in no more.`],
  };
}

function namesOf(nodes: readonly NodeEntry[]): string {
  return nodes.map(({ name }) => name).join(", ");
}
