import { z } from "zod";
import { suggestion } from "../../input/nearest";
import type { Problem } from "../../input/problem";
import { checkShape } from "../../input/shape";
import { YamlSource } from "../../input/source";
import { pathText } from "../../input/wording";
import type { Chain, ChainStatus } from "../chain";
import type { DaemonTable } from "../daemons";
import { conflicts } from "./conflicts";
import { daemonShape } from "./daemonShape";
import { resolveEntry } from "./entry";
import { entryShape } from "./entryShape";

/** The list of chains (assetchains.yaml). */
export interface ChainList {
  /** Keyed by symbol, in the order written. */
  readonly chains: ReadonlyMap<string, Chain>;
  /** The symbols of groups of chains, in the order written, keyed by the group's name. */
  readonly sets: ReadonlyMap<string, readonly string[]>;
  /** What the list itself says of daemons, keyed by the daemon's name. */
  readonly daemons: DaemonTable;
}

export interface LoadedChainList {
  /** Absent if there are problems. */
  readonly chainList?: ChainList | undefined;
  /** All that is wrong in the list, with positions. */
  readonly problems: Problem[];
}

const SET_NAME = "a name of letters, digits, - or _";
/** The shape of the whole list. */
export const listShape = z.strictObject({
  chains: z.array(entryShape).min(1).describe("The chains that notaries can run."),
  daemons: z
    .record(
      z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, "the name of a program such as komodod"),
      daemonShape,
    )
    .default({})
    .describe(
      "How daemons are run that dokomodo does not know, or knows otherwise, keyed by the daemon's name. The stack's `dokomodo:daemons` goes before it.",
    ),
  sets: z
    .record(z.string().regex(/^[A-Za-z][A-Za-z0-9_-]*$/, SET_NAME), z.array(z.string()).min(1))
    .default({})
    .describe(
      "Names for groups of chains, each with the symbols of its chains. A notary's `chains` may name a set.",
    ),
});
/** Entries are read one by one, so that an entry with mistakes does not keep the others from being read. */
const outerShape = listShape.extend({ chains: z.array(z.unknown()).min(1) });

/**
 * Reads the text of the list of chains.
 * @param file name of the list in messages
 */
export function loadChainList(file: string, text: string): LoadedChainList {
  const { source, problems: sourceProblems } = YamlSource.parse(file, text);
  if (!source) {
    return { problems: [...sourceProblems] };
  }
  const shaped = checkShape(source, outerShape);
  const raw = source.at(["chains"]);
  const daemons = shaped.value?.daemons ?? {};
  const entries = (Array.isArray(raw) ? raw : []).map((_, index) =>
    resolveEntry(source, ["chains", index], daemons),
  );
  const chains = entries.flatMap(({ chain }) => (chain ? [chain] : []));
  const symbols = entries.flatMap(({ symbol }) => (symbol === undefined ? [] : [symbol]));
  const problems = [
    ...sourceProblems,
    ...shaped.problems,
    ...entries.flatMap((entry) => entry.problems),
    ...conflicts(chains),
    ...entries.flatMap(({ chain }, index) => (chain ? destProblems(source, index, chain, symbols) : [])),
    ...Object.entries(shaped.value?.sets ?? {}).flatMap(([name, members]) =>
      setProblems(source, name, members, symbols),
    ),
  ];
  if (problems.length > 0 || shaped.value === undefined) {
    return { problems };
  }
  const chainList = {
    chains: new Map(chains.map((chain) => [chain.symbol, chain])),
    sets: new Map(Object.entries(shaped.value.sets)),
    daemons,
  };
  return { chainList, problems };
}

/** A set is history if one of its chains is. */
export function statusOf({ chains }: ChainList, set: readonly string[]): ChainStatus {
  return set.some((symbol) => chains.get(symbol)?.status === "history") ? "history" : "current";
}

export interface Selection {
  /** Each chain once, in the order in which it was first named. */
  readonly chains: readonly Chain[];
  /** One for each name that is neither a chain nor a set. */
  readonly problems: readonly SelectionProblem[];
}

export interface SelectionProblem {
  /** Index of the name in the list that was asked for. */
  readonly index: number;
  readonly message: string;
}

/** The chains behind a list of symbols and names of sets. */
export function selectChains(chainList: ChainList, names: readonly string[]): Selection {
  const chosen = new Map<string, Chain>();
  const problems: SelectionProblem[] = [];
  names.forEach((name, index) => {
    const symbols = chainList.sets.get(name) ?? [name];
    for (const symbol of symbols) {
      const chain = chainList.chains.get(symbol);
      if (chain) {
        chosen.set(symbol, chain);
      } else {
        const known = [...chainList.chains.keys(), ...chainList.sets.keys()];
        problems.push({
          index,
          message: `no chain and no set has the name "${symbol}"${suggestion(symbol, known)}`,
        });
      }
    }
  });
  return { chains: [...chosen.values()], problems };
}

function destProblems(
  source: YamlSource,
  index: number,
  chain: Chain,
  symbols: readonly string[],
): Problem[] {
  const path = ["chains", index, "dest"];
  const stated = source.at(path);
  if (typeof stated !== "string" || (symbols.includes(stated) && stated !== chain.symbol)) {
    return [];
  }
  const wrong = stated === chain.symbol ? "it names the chain itself" : `no chain has the symbol "${stated}"`;
  const others = symbols.filter((symbol) => symbol !== chain.symbol);
  const message = `${pathText(path)}: ${wrong}${suggestion(stated, others)}`;
  return [{ message, position: source.position(path) }];
}

function setProblems(
  source: YamlSource,
  name: string,
  members: readonly string[],
  symbols: readonly string[],
): Problem[] {
  const problems: Problem[] = [];
  if (symbols.includes(name)) {
    const message = `the set "${name}" has the name of a chain; rename it, because a list of chains could mean either`;
    problems.push({ message, position: source.position(["sets", name], "key") });
  }
  members.forEach((member, index) => {
    const path = ["sets", name, index];
    if (!symbols.includes(member)) {
      const message = `${pathText(path)}: no chain has the symbol "${member}"${suggestion(member, symbols)}`;
      problems.push({ message, position: source.position(path) });
    } else if (members.indexOf(member) < index) {
      const message = `${pathText(path)}: "${member}" is in this set twice; remove one of them`;
      problems.push({ message, position: source.position(path) });
    }
  });
  return problems;
}
