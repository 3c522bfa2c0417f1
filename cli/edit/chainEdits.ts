import type { Change } from "../../input/edit/editYaml";
import type { Plain } from "../../input/edit/render";
import { suggestion } from "../../input/nearest";
import { isRecord, type YamlSource } from "../../input/source";
import type { StackEdit } from "./carryOut";
import { dropOf, withoutChains } from "./leftOver";
import {
  findNode,
  type NodeEntry,
  nameOf,
  type PlacedChain,
  placedChains,
  requireHost,
  type StackFiles,
  volumeOf,
} from "./stackFiles";

export interface AddOptions {
  readonly node?: string | undefined;
  readonly host?: string | undefined;
  /** The chain's entry for the list of chains, if it is to come from elsewhere. */
  readonly entry?: { readonly [key: string]: Plain } | undefined;
}

/** Enters a chain at a notary or node, and into the list of chains if it comes from elsewhere. */
export function addChain(
  files: StackFiles,
  symbol: string,
  { node: asked, host, entry }: AddOptions,
): StackEdit {
  const { list, listFile } = files;
  const node = findNode(files, asked);
  if (host !== undefined) requireHost(files, host);
  const listed = list.chains.get(symbol);
  if (entry !== undefined && listed !== undefined) {
    throw new Error(
      `${listFile}:${listed.position.line} has the chain ${symbol} already; leave --from out to run it as it is there`,
    );
  }
  if (entry === undefined && listed === undefined) {
    if (list.sets.has(symbol)) {
      throw new Error(
        `${symbol} is a set of ${listFile}, not a chain; add its chains one by one, or write it into the \`chains\` of ${node.name}`,
      );
    }
    throw new Error(
      `${listFile} has no chain ${symbol}, and --from <komodo's assetchains.json> takes one from another list${suggestion(symbol, [...list.chains.keys()])}`,
    );
  }
  const there = placedChains(files).find((each) => each.symbol === symbol && each.node === node.name);
  if (there !== undefined) return isThere(there, host);
  const placed = host === undefined || host === node.host ? symbol : { [symbol]: host };
  return {
    list: entry === undefined ? [] : [{ kind: "append", path: ["chains"], value: entry }],
    config: [{ kind: "append", path: [...node.path, "chains"], value: placed }],
    notes: [`${symbol} comes to ${node.name} on host ${host ?? node.host}.`],
  };
}

function isThere({ symbol, node, host: where, set }: PlacedChain, host: string | undefined): StackEdit {
  if (host !== undefined && host !== where) {
    throw new Error(
      where === undefined
        ? `${node} has ${symbol} already, and somebody else runs it, so it is on none of the hosts`
        : `${node} has ${symbol} on host ${where} already; \`dokomodo chain move ${symbol} --to ${host}\` places it there`,
    );
  }
  const how = set === undefined ? "" : `, through the set ${set}`;
  return { notes: [`${node} has ${symbol} already${how}.`] };
}

export interface RemoveOptions {
  readonly node?: string | undefined;
  /** Whether its entry in the list of chains goes, too. */
  readonly unlist?: boolean | undefined;
}

/** Takes a chain from a notary or node, with all that the config says of it alone. Its data stays. */
export function removeChain(
  files: StackFiles,
  symbol: string,
  { node: asked, unlist }: RemoveOptions,
): StackEdit {
  const { node } = findPlaced(files, symbol, asked);
  const sets = node.chains.map(nameOf).filter((name) => files.list.sets.get(name)?.includes(symbol));
  if (sets.length > 0) throw new Error(throughSets(files, symbol, sets, node));
  if (entriesOf(node, symbol).length === node.chains.length) {
    throw new Error(
      `${symbol} is the only chain of ${node.name}; \`dokomodo node remove ${node.name}\` takes both out`,
    );
  }
  const needed = Object.entries(node.dest).flatMap(([from, dest]) =>
    dest === symbol && from !== symbol ? [from] : [],
  );
  if (needed.length > 0) {
    throw new Error(
      `${needed.join(", ")} of ${node.name} ${needed.length === 1 ? "is" : "are"} notarised to ${symbol}: remove ${needed.length === 1 ? "it" : "them"} first, or state another \`dest\` or \`none\``,
    );
  }
  const clients = withoutChains(node, [symbol]);
  const others = placedChains(files).filter((each) => each.symbol === symbol && each.node !== node.name);
  const orphans = dropOf(files, others.length > 0 ? [] : [symbol]);
  const index = unlist ? [...files.list.chains.keys()].indexOf(symbol) : -1;
  const data = volumeOf(files, node.name, symbol);
  return {
    config: [
      ...entriesOf(node, symbol).map(
        (at): Change => ({ kind: "remove", path: [...node.path, "chains", at] }),
      ),
      ...keysOf(files, node, symbol),
      ...clients.changes,
      ...orphans.changes,
    ],
    list: index < 0 ? [] : [{ kind: "remove", path: ["chains", index] }],
    notes: [
      ...clients.notes,
      ...orphans.notes,
      ...(data === undefined
        ? []
        : [`The data of ${symbol} stays: ${data}. It is used again if the chain comes back.`]),
    ],
  };
}

/** Indexes of the entries that name the chain itself, the last one first. */
function entriesOf({ chains }: NodeEntry, symbol: string): number[] {
  return chains.flatMap((entry, index) => (nameOf(entry) === symbol ? [index] : [])).reverse();
}

const KEYED = ["placement", "dest", "utxos", "rotation", "rotatedFrom"];

/** What the node's keys say of the chain. A key that is empty then goes as a whole. */
function keysOf({ source }: StackFiles, node: NodeEntry, symbol: string): Change[] {
  return KEYED.flatMap((key): Change[] => {
    const value = source.at([...node.path, key]);
    if (!isRecord(value) || !(symbol in value)) return [];
    const isOnly = Object.keys(value).length === 1;
    return [{ kind: "remove", path: isOnly ? [...node.path, key] : [...node.path, key, symbol] }];
  });
}

function throughSets(
  { list, listFile }: StackFiles,
  symbol: string,
  sets: readonly string[],
  node: NodeEntry,
): string {
  const others = node.chains.flatMap((entry) => {
    const name = nameOf(entry);
    const host = typeof entry === "string" ? undefined : entry[name];
    const names = sets.includes(name) ? (list.sets.get(name) ?? []) : [name];
    return names
      .filter((each) => each !== symbol)
      .map((each) => (host === undefined ? each : `${each}: ${host}`));
  });
  const which = `${sets.length === 1 ? "the set" : "the sets"} ${sets.join(", ")} of ${listFile}`;
  return (
    `${symbol} comes to ${node.name} through ${which}, so it cannot be taken out by its name. ` +
    `Write the others out, as chains: [${[...new Set(others)].join(", ")}], or take ${symbol} out of ${which}, which concerns all who name it`
  );
}

/** Places a chain on another host. Its data does not come along. */
export function moveChain(
  files: StackFiles,
  symbol: string,
  { node: asked, to }: { readonly node?: string | undefined; readonly to: string },
): StackEdit {
  const { placed, node } = findPlaced(files, symbol, asked);
  requireHost(files, to);
  if (placed.host === undefined) {
    throw new Error(`somebody else runs ${symbol}, at ${placed.url}, so it is on none of the hosts`);
  }
  if (placed.host === to) return { notes: [`${symbol} of ${node.name} is on host ${to} already.`] };
  const { shares } = files.stack;
  const data = volumeOf(files, node.name, symbol);
  const comesAlong = shares.segmentOf(placed.host) === shares.segmentOf(to);
  return {
    config: placeElsewhere(files.source, node, placed, to),
    notes: [
      comesAlong
        ? `Hosts ${placed.host} and ${to} share their volumes, so the data of ${symbol} comes along.`
        : `The data of ${symbol} does not come along: it stays in ${data}, and ${symbol} syncs again on ${to}.`,
    ],
  };
}

/** Which keys state the host: the chain's own entry, or `placement` if that did so before or if a set has the chain. */
function placeElsewhere(
  source: YamlSource,
  node: NodeEntry,
  { symbol, set, index }: PlacedChain,
  to: string,
): Change[] {
  const entry = node.chains[index];
  if (set !== undefined && typeof entry !== "string") {
    throw new Error(
      `the entry { ${set}: ${entry?.[set]} } of ${node.name} places all chains of the set ${set}. Write its chains out, each with its host, to place them apart`,
    );
  }
  const isByPlacement = typeof entry === "string" && (set !== undefined || symbol in node.placement);
  if (isByPlacement)
    return to === node.host ? dropPlacement(source, node, symbol) : placement(node, symbol, to);
  const value = to === node.host ? symbol : { [symbol]: to };
  const entries = entriesOf(node, symbol).map((at) => [...node.path, "chains", at]);
  return [
    ...dropPlacement(source, node, symbol),
    ...entries.map((path): Change => ({ kind: "set", path, value })),
  ];
}

function placement({ path, placement: stated }: NodeEntry, symbol: string, to: string): Change[] {
  if (Object.keys(stated).length === 0)
    return [{ kind: "set", path: [...path, "placement"], value: { [symbol]: to } }];
  return [{ kind: "set", path: [...path, "placement", symbol], value: to }];
}

function dropPlacement(source: YamlSource, node: NodeEntry, symbol: string): Change[] {
  const path = [...node.path, "placement"];
  if (source.at([...path, symbol]) === undefined) return [];
  return [{ kind: "remove", path: Object.keys(node.placement).length === 1 ? path : [...path, symbol] }];
}

function findPlaced(
  files: StackFiles,
  symbol: string,
  asked: string | undefined,
): { readonly placed: PlacedChain; readonly node: NodeEntry } {
  const all = placedChains(files).filter(
    ({ node }) => asked === undefined || node === findNode(files, asked).name,
  );
  const [placed, ...others] = all.filter((each) => each.symbol === symbol);
  if (placed === undefined) {
    const where = asked ?? `stack ${files.name}`;
    throw new Error(
      `${where} has no chain ${symbol}${suggestion(symbol, [...new Set(all.map((each) => each.symbol))])}`,
    );
  }
  if (others.length > 0) {
    const names = [placed, ...others].map(({ node }) => node).join(", ");
    throw new Error(`several notaries and nodes have ${symbol}; name one of them with --node: ${names}`);
  }
  return { placed, node: findNode(files, placed.node) };
}
