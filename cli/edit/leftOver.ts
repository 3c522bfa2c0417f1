import { EXTERNAL } from "../../config/secrets";
import type { Change } from "../../input/edit/editYaml";
import { isRecord, type Path, type YamlSource } from "../../input/source";
import type { NodeEntry, StackFiles } from "./stackFiles";

/** Changes that follow from another one, and what to say about them. */
export interface FollowUp {
  readonly changes: readonly Change[];
  readonly notes: readonly string[];
}

/** Takes chains out of what the clients of a node may call. A client that could call nothing else goes, too. */
export function withoutChains(node: NodeEntry, symbols: readonly string[]): FollowUp {
  const changes: Change[] = [];
  const notes: string[] = [];
  const path = [...node.path, "clients"];
  const left = [...node.clients];
  for (const [index, { name, chains }] of [...node.clients.entries()].reverse()) {
    const named = chains.flatMap((each, at) => (symbols.includes(each) ? [at] : []));
    if (named.length === 0) continue;
    const isAll = named.length === chains.length;
    if (isAll && left.length === 1) changes.push({ kind: "remove", path });
    else if (isAll) changes.push({ kind: "remove", path: [...path, index] });
    else
      for (const at of named.reverse())
        changes.push({ kind: "remove", path: [...path, index, "chains", at] });
    if (isAll) left.splice(index, 1);
    const what = symbols.join(", ");
    notes.push(
      isAll
        ? `Client ${name} of ${node.name} could call ${what} alone, and is taken out, too.`
        : `Client ${name} of ${node.name} can no longer call ${what}.`,
    );
  }
  return { changes, notes };
}

/**
 * Drops what the config says of chains that nobody has any more: how an external daemon is called, and the size of a
 * volume.
 */
export function dropOf({ source, stack }: StackFiles, symbols: readonly string[]): FollowUp {
  const external = symbols.filter((symbol) => source.at(["config", EXTERNAL, symbol]) !== undefined);
  const sizes = stack.shares.all.flatMap((share) =>
    symbols.flatMap((symbol): Path[] => {
      const path = share.sizePath(symbol);
      return path === undefined || source.at(["config", ...path]) === undefined ? [] : [["config", ...path]];
    }),
  );
  return {
    changes: removals(source, [...external.map((symbol) => ["config", EXTERNAL, symbol]), ...sizes]),
    notes: external.map(
      (symbol) =>
        `How ${symbol} is called is taken out of ${EXTERNAL}, with its password; the difference above has it.`,
    ),
  };
}

/** Removes keys of mappings. A mapping that would be empty is removed itself. */
export function removals(source: YamlSource, paths: readonly Path[]): Change[] {
  const owners = new Map(paths.map((path) => [JSON.stringify(path.slice(0, -1)), path.slice(0, -1)]));
  return [...owners].flatMap(([text, owner]): Change[] => {
    const own = paths.filter((path) => JSON.stringify(path.slice(0, -1)) === text);
    const value = source.at(owner);
    const isAll = isRecord(value) && Object.keys(value).length === own.length;
    return isAll ? [{ kind: "remove", path: owner }] : own.map((path) => ({ kind: "remove", path }));
  });
}
