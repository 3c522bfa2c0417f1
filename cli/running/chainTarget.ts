import { everyNode, type Stack } from "../../config/stack";
import { ownerText } from "../../notary/names";
import { isExternal } from "../../notary/placement";
import type { Part } from "./parts";
import { findTarget, type Target, type TargetChoice } from "./targets";

/**
 * Finds the daemon of the one chain that a name means. Throws for what is no chain, and for a chain whose daemon somebody
 * else runs.
 */
export function findChain(
  name: string,
  stack: Pick<Stack, "notaries" | "nodes">,
  parts: readonly Part[],
  choice: TargetChoice,
): Target {
  const label = name.slice(name.lastIndexOf("/") + 1);
  const outside = everyNode(stack).find(({ chains }) =>
    chains.some((placed) => placed.chain.symbol === label && isExternal(placed)),
  );
  const isRun = parts.some((part) => part.label === label);
  if (outside !== undefined && !isRun)
    throw new Error(
      `somebody else runs the daemon of ${label} of ${ownerText(outside)}, so it is not worked on from here`,
    );
  const target = findTarget(name, parts, choice);
  if (target.part.chain === undefined || target.container.role !== undefined)
    throw new Error(`${name} is not a chain's daemon; name a chain by its symbol`);
  return target;
}
