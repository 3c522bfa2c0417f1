import { everyNode } from "../../config/stack";
import { printRows } from "../table";
import { carryOut } from "./carryOut";
import { addClient, type NewClient, removeClient } from "./clientEdits";
import type { ListOptions, NodeOptions } from "./editOptions";
import { readStackFiles } from "./stackFiles";

export type AddOptions = NodeOptions & Omit<NewClient, "name">;

export async function add(name: string, options: AddOptions): Promise<void> {
  const files = readStackFiles(options.stack);
  await carryOut(files, addClient(files, { ...options, name }), options);
}

export async function remove(name: string, options: NodeOptions): Promise<void> {
  const files = readStackFiles(options.stack);
  await carryOut(files, removeClient(files, name, options.node), options);
}

export function list({ stack, json }: ListOptions): void {
  const rows = everyNode(readStackFiles(stack).stack).flatMap(({ name: node, clients }) =>
    clients.map(({ name, chains, allow }) => ({ client: name, node, chains, allow: allow ?? null })),
  );
  printRows(rows, json === true, ["client", "of", "chains", "methods"], (row) => [
    row.client,
    row.node,
    row.chains.join(" "),
    row.allow?.join(" ") ?? "those that read",
  ]);
}
