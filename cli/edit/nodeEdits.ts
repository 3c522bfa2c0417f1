import { PASSPHRASES } from "../../config/secrets";
import type { Change } from "../../input/edit/editYaml";
import type { Plain } from "../../input/edit/render";
import { suggestion } from "../../input/nearest";
import type { StackEdit } from "./carryOut";
import { dropOf, removals } from "./leftOver";
import { findNode, NODES, placedChains, requireHost, type StackFiles, volumeOf } from "./stackFiles";

export interface NewNode {
  readonly name: string;
  /** The only host of the stack if absent. */
  readonly host?: string | undefined;
  readonly chains: readonly string[];
  readonly portOffset?: number | undefined;
}

/** Adds a node without Iguana. */
export function addNode(files: StackFiles, { name, host: asked, chains, portOffset }: NewNode): StackEdit {
  const { entries, stack, list } = files;
  if (entries.some((entry) => entry.name === name)) {
    throw new Error(`there is a notary or node ${name} already; choose another name`);
  }
  const [only, ...others] = stack.hosts;
  if (asked === undefined && others.length > 0) {
    throw new Error(
      `name the host of ${name} with --host: ${stack.hosts.map((host) => host.name).join(", ")}`,
    );
  }
  const host = asked ?? only?.name ?? "";
  requireHost(files, host);
  const known = [...list.chains.keys(), ...list.sets.keys()];
  const unknown = chains.filter((each) => !known.includes(each));
  if (unknown.length > 0) {
    const told = unknown.map((each) => `no chain and no set has the name ${each}${suggestion(each, known)}`);
    throw new Error(told.join("\n"));
  }
  const value: Plain = { name, host, chains: [...chains], portOffset };
  return {
    config: [{ kind: "append", path: ["config", NODES], value }],
    notes: [
      `Node ${name} has no key. For one, run \`pulumi config set --secret --path '${PASSPHRASES}["${name}"]'\`.`,
    ],
  };
}

/** Takes a notary or node out, with its passphrase. The data of its chains stays. */
export function removeNode(files: StackFiles, name: string): StackEdit {
  const { source } = files;
  const { path } = findNode(files, name);
  const key = path.slice(0, -1);
  const list = source.at(key);
  const isOnly = Array.isArray(list) && list.length === 1;
  const own = placedChains(files).filter((each) => each.node === name);
  const others = placedChains(files).filter((each) => each.node !== name);
  const symbols = own.map(({ symbol }) => symbol);
  const orphans = dropOf(
    files,
    symbols.filter((symbol) => !others.some((each) => each.symbol === symbol)),
  );
  const passphrase = ["config", PASSPHRASES, name];
  const hasPassphrase = source.at(passphrase) !== undefined;
  const data = symbols.flatMap((symbol) => volumeOf(files, name, symbol) ?? []);
  const entry: Change = { kind: "remove", path: isOnly ? key : path };
  return {
    config: [entry, ...(hasPassphrase ? removals(source, [passphrase]) : []), ...orphans.changes],
    notes: [
      ...(hasPassphrase
        ? [
            `The passphrase of ${name} is taken out, too. Without it nobody can use its coins: keep it elsewhere, or keep the encrypted text above.`,
          ]
        : []),
      ...orphans.notes,
      ...(data.length === 0 ? [] : [`The data of its chains stays: ${data.join(", ")}.`]),
    ],
  };
}
