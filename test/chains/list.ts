import type { Chain } from "../../chains/chain";
import { loadRegistry, type Registry } from "../../chains/list/registry";
import { formatProblems } from "../../input/problem";

/** A list of one or more entries as JSON, which is YAML. */
export function listOf(...entries: readonly unknown[]): string {
  return JSON.stringify({ chains: entries });
}

/** The registry of a text that has no problems. */
export function registryOf(text: string): Registry {
  const { registry, problems } = loadRegistry("list.yaml", text);
  if (!registry) {
    throw new Error(formatProblems(problems));
  }
  return registry;
}

/** The single chain of a text. */
export function only(text: string): Chain {
  const [chain, ...others] = registryOf(text).chains.values();
  if (!chain || others.length > 0) {
    throw new Error("not one chain");
  }
  return chain;
}

/** Everything that is wrong with a text, a line each. */
export function complaints(text: string): string[] {
  return formatProblems(loadRegistry("list.yaml", text).problems).split("\n").slice(0, -1);
}
