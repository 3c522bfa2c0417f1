import { observe } from "../running/observation";
import { withRunningStack } from "../running/open";
import type { SyncedChain } from "./plan";

/** How large a chain is, as far as that is known. */
type KnownSize = Pick<SyncedChain, "height" | "bytes">;

/**
 * How large the stack's chains are, keyed by symbol, as its agents know it. Empty where they cannot be reached, as in most
 * jobs of a CI: a plan is worth reading without it.
 */
export async function knownSizes(stack: string): Promise<Map<string, KnownSize>> {
  const sizes = new Map<string, KnownSize>();
  try {
    await withRunningStack(stack, async ({ stack: running, operations }) => {
      const { nodes } = await observe(running, operations);
      for (const { readings } of nodes) {
        for (const [symbol, { height, bestKnown, sizeOnDisk }] of Object.entries(readings?.chains ?? {})) {
          const known = sizes.get(symbol);
          sizes.set(symbol, {
            height: largest(known?.height, height, bestKnown),
            bytes: largest(known?.bytes, sizeOnDisk),
          });
        }
      }
    });
  } catch {}
  return sizes;
}

function largest(...values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}
