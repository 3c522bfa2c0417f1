import { z } from "zod";
import { type ChainList, loadChainList } from "../../chains/list/chainList";
import { loadStackFile } from "../../config/loadFile";
import { everyNode, networksOf, type Stack } from "../../config/stack";
import { suggestion } from "../../input/nearest";
import { ProblemsError } from "../../input/problem";
import { type Path, YamlSource } from "../../input/source";
import type { NetworkPlan } from "../../notary/networkPlan";
import { readText } from "../images/replace";
import { LIST_FILE } from "../list";
import { chooseStack } from "../stack";

export const NOTARIES = "dokomodo:notaries";
export const NODES = "dokomodo:nodes";
export const HOSTS = "dokomodo:hosts";

const entryShape = z.looseObject({
  name: z.string(),
  host: z.string(),
  chains: z.array(z.union([z.string(), z.record(z.string(), z.string())])),
  placement: z.record(z.string(), z.string()).default({}),
  dest: z.record(z.string(), z.string()).default({}),
  clients: z.array(z.looseObject({ name: z.string(), chains: z.array(z.string()) })).default([]),
});
const configShape = z.looseObject({
  [NOTARIES]: z.array(entryShape).default([]),
  [NODES]: z.array(entryShape).default([]),
});

/** What the config says of a notary or node, as it is written. */
export interface NodeEntry extends z.output<typeof entryShape> {
  /** The path of the entry from the top of the file. */
  readonly path: Path;
}

/** The files of a stack that commands change, and what they say. */
export interface StackFiles {
  /** The stack's name. */
  readonly name: string;
  /** The file of its config, as a path from the project's directory. */
  readonly file: string;
  readonly text: string;
  readonly source: YamlSource;
  /** The file with the list of chains, as a path from the project's directory. */
  readonly listFile: string;
  readonly listText: string;
  readonly list: ChainList;
  /** What the stack deploys. Texts stand for its secrets. */
  readonly stack: Stack;
  /** The notaries and nodes as they are written. */
  readonly entries: readonly NodeEntry[];
  /** The workloads of each of them. */
  readonly networks: readonly NetworkPlan[];
}

/**
 * Reads the files of a stack. Throws with all that is wrong in them, because nobody can tell what a change would do to
 * files with mistakes.
 */
export function readStackFiles(asked: string | undefined): StackFiles {
  const { name, file } = chooseStack({ asked });
  const text = readText(file);
  const { source, problems } = YamlSource.parse(file, text);
  const listFile = registryOf(source);
  const listText = readText(listFile);
  const loaded = loadStackFile({
    directory: ".",
    stackName: name,
    texts: { [file]: text, [listFile]: listText },
  });
  const { chainList: list } = loadChainList(listFile, listText);
  if (!loaded.ok || source === undefined || list === undefined) {
    throw new ProblemsError(
      loaded.ok ? problems : loaded.problems,
      "correct them first; nothing was changed",
    );
  }
  const stack = loaded.value;
  const config = configShape.parse(source.at(["config"]));
  const entries = [NOTARIES, NODES].flatMap((key) =>
    z
      .array(entryShape)
      .parse(config[key])
      .map((entry, index): NodeEntry => ({ ...entry, path: ["config", key, index] })),
  );
  const networks = networksOf(stack);
  return { name, file, text, source, listFile, listText, list, stack, entries, networks };
}

/** The file of the list of chains that a stack's config names. */
export function registryOf(source: YamlSource | undefined): string {
  const stated = source?.at(["config", "dokomodo:registry"]);
  return typeof stated === "string" ? stated : LIST_FILE;
}

/** Finds a notary or node by its name, or the only one. Throws if there is none, or if it is not clear which is meant. */
export function findNode({ entries, file }: StackFiles, asked: string | undefined): NodeEntry {
  const names = entries.map(({ name }) => name);
  const found =
    asked === undefined && entries.length === 1 ? entries[0] : entries.find(({ name }) => name === asked);
  if (found !== undefined) return found;
  if (asked === undefined)
    throw new Error(`name one of the notaries and nodes with --node: ${names.join(", ")}`);
  throw new Error(`${file} has no notary and no node ${asked}${suggestion(asked, names)}`);
}

/** Checks that the stack has a host. Throws otherwise. */
export function requireHost({ stack, file }: StackFiles, host: string): void {
  const names = stack.hosts.map(({ name }) => name);
  if (names.includes(host)) return;
  throw new Error(
    `${file} has no host ${host}, which \`dokomodo host add\` can add${suggestion(host, names)}`,
  );
}

/** A chain of a notary or node, with where it runs and what brings it in. */
export interface PlacedChain {
  readonly symbol: string;
  readonly node: string;
  /** Absent if somebody else runs the daemon. */
  readonly host?: string | undefined;
  /** Where the daemon answers, if somebody else runs it. */
  readonly url?: string | undefined;
  /** Name of the set that the node names; absent if the node names the chain itself. */
  readonly set?: string | undefined;
  /** Index of the last entry of the node's `chains` that has it, which is the one that counts. */
  readonly index: number;
}

/** All chains of a stack, in the order of its notaries and nodes. */
export function placedChains({ stack, entries, list }: StackFiles): PlacedChain[] {
  return everyNode(stack).flatMap(({ name: node, chains }) => {
    const names = (entries.find(({ name }) => name === node)?.chains ?? []).map(nameOf);
    return chains.map((placed): PlacedChain => {
      const { symbol, url } = placed.chain;
      const index = names.findLastIndex((name) => (list.sets.get(name) ?? [name]).includes(symbol));
      const name = names[index];
      const set = name === symbol ? undefined : name;
      return { symbol, node, host: "host" in placed ? placed.host : undefined, url, set, index };
    });
  });
}

/** The symbol or set that an entry of `chains` names. */
export function nameOf(entry: NodeEntry["chains"][number]): string {
  return typeof entry === "string" ? entry : (Object.keys(entry)[0] ?? "");
}

/** Says where the data of a chain is, such as `volume east-beer-data of host alpha`. Undefined if it has none. */
export function volumeOf(files: StackFiles, node: string, symbol: string): string | undefined {
  const network = files.networks.find(({ name }) => name === node);
  const workload = network?.workloads.find(({ volume }) => volume === symbol);
  if (workload === undefined) return undefined;
  const { host, name } = workload;
  return files.stack.shares.of(host)?.volumeOf({ stack: files.name, host, name });
}
