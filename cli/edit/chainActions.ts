import { printRows } from "../table";
import { carryOut } from "./carryOut";
import { addChain, moveChain, removeChain } from "./chainEdits";
import type { ListOptions, NodeOptions } from "./editOptions";
import { readKomodoEntry } from "./komodoList";
import { placedChains, readStackFiles } from "./stackFiles";

export interface AddOptions extends NodeOptions {
  readonly host?: string | undefined;
  readonly from?: string | undefined;
}

export interface RemoveOptions extends NodeOptions {
  readonly unlist?: true | undefined;
}

export interface MoveOptions extends NodeOptions {
  readonly to: string;
}

export async function add(symbol: string, options: AddOptions): Promise<void> {
  const { node, host, from } = options;
  const files = readStackFiles(options.stack);
  const entry = from === undefined ? undefined : await readKomodoEntry(from, symbol);
  await carryOut(files, addChain(files, symbol, { node, host, entry }), options);
}

export async function remove(symbol: string, options: RemoveOptions): Promise<void> {
  const files = readStackFiles(options.stack);
  await carryOut(files, removeChain(files, symbol, options), options);
}

export async function move(symbol: string, options: MoveOptions): Promise<void> {
  const files = readStackFiles(options.stack);
  await carryOut(files, moveChain(files, symbol, options), options);
}

export function list({ stack, json }: ListOptions): void {
  const rows = placedChains(readStackFiles(stack)).map(({ symbol, node, host, url, set }) => ({
    chain: symbol,
    node,
    host: host ?? null,
    url: url ?? null,
    set: set ?? null,
  }));
  printRows(rows, json === true, ["chain", "of", "host", "through the set"], (row) => [
    row.chain,
    row.node,
    row.host ?? `somebody else's, at ${row.url}`,
    row.set ?? "",
  ]);
}
