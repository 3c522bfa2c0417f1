import type { Chain } from "../../chains/chain";
import { loadRegistry, type Registry } from "../../chains/list/registry";
import { formatProblems } from "../../input/problem";

/** Text of a list with these entries. It is JSON, which is also YAML. */
export function listOf(...entries: readonly unknown[]): string {
  return JSON.stringify({ chains: entries });
}

/** Loads the registry of a text. Throws when the text has a problem. */
export function registryOf(text: string): Registry {
  const { registry, problems } = loadRegistry("list.yaml", text);
  if (!registry) {
    throw new Error(formatProblems(problems));
  }
  return registry;
}

/** The only chain in a text. Throws when the text has more chains or none. */
export function only(text: string): Chain {
  const [chain, ...others] = registryOf(text).chains.values();
  if (!chain || others.length > 0) {
    throw new Error(`expected one chain in the list, and found ${others.length + (chain ? 1 : 0)}`);
  }
  return chain;
}

/** All problems of a text, each as a line. */
export function complaints(text: string): string[] {
  return formatProblems(loadRegistry("list.yaml", text).problems).split("\n").slice(0, -1);
}
