import type { ObservedNode } from "../running/observation";

/** The best height of each chain that any node of the stack knows of, keyed by symbol. */
export function bestHeights(nodes: readonly ObservedNode[]): ReadonlyMap<string, number> {
  const best = new Map<string, number>();
  for (const { readings } of nodes) {
    for (const [symbol, { height, bestKnown }] of Object.entries(readings?.chains ?? {})) {
      best.set(symbol, Math.max(best.get(symbol) ?? 0, height ?? 0, bestKnown ?? 0));
    }
  }
  return best;
}
