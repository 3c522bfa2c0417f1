import { printRows } from "../table";
import { carryOut } from "./carryOut";
import type { EditOptions, ListOptions } from "./editOptions";
import { addNode, type NewNode, removeNode } from "./nodeEdits";
import { NOTARIES, placedChains, readStackFiles } from "./stackFiles";

export type AddOptions = EditOptions & Omit<NewNode, "name">;

export async function add(name: string, options: AddOptions): Promise<void> {
  const files = readStackFiles(options.stack);
  await carryOut(files, addNode(files, { ...options, name }), options);
}

export async function remove(name: string, options: EditOptions): Promise<void> {
  const files = readStackFiles(options.stack);
  await carryOut(files, removeNode(files, name), options);
}

export function list({ stack, json }: ListOptions): void {
  const files = readStackFiles(stack);
  const chains = placedChains(files);
  const rows = files.entries.map(({ name, host, path, clients }) => ({
    node: name,
    kind: path.includes(NOTARIES) ? "notary" : "node",
    host,
    chains: chains.filter((each) => each.node === name).map(({ symbol }) => symbol),
    clients: clients.map((client) => client.name),
  }));
  printRows(rows, json === true, ["name", "kind", "host", "chains", "clients"], (row) => [
    row.node,
    row.kind,
    row.host,
    row.chains.join(" "),
    row.clients.join(" "),
  ]);
}
