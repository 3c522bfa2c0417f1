import type { Problem } from "../../input/problem";
import type { RuleInput } from "../context";

/** Reports a stack that runs nothing. */
export function checkNodes({ nodes, at }: RuleInput): Problem[] {
  if (nodes.length > 0) return [];
  const message = "the stack has no notary and no node; state one in dokomodo:notaries or dokomodo:nodes";
  return [{ message, position: at([]) }];
}
