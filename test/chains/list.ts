import type { Chain } from "../../chains/chain";
import { type ChainList, loadChainList } from "../../chains/list/chainList";
import { formatProblems } from "../../input/problem";

/** Text of a list with these entries. It is JSON, which is also YAML. */
export function listOf(...entries: readonly unknown[]): string {
  return JSON.stringify({ chains: entries });
}

/** Loads the list of chains of a text. Throws when the text has a problem. */
export function chainListOf(text: string): ChainList {
  const { chainList, problems } = loadChainList("list.yaml", text);
  if (!chainList) {
    throw new Error(formatProblems(problems));
  }
  return chainList;
}

/** The only chain in a text. Throws when the text has more chains or none. */
export function only(text: string): Chain {
  const [chain, ...others] = chainListOf(text).chains.values();
  if (!chain || others.length > 0) {
    throw new Error(`expected one chain in the list, and found ${others.length + (chain ? 1 : 0)}`);
  }
  return chain;
}

/** All problems of a text, each as a line. */
export function complaints(text: string): string[] {
  return formatProblems(loadChainList("list.yaml", text).problems).split("\n").slice(0, -1);
}
