import { suggestion } from "../../input/nearest";
import type { Problem } from "../../input/problem";
import { deployedChains } from "../../notary/placement";
import type { RuleInput } from "../context";

/** Reports a canary that the stack does not run. */
export function checkRollOut({ settings, nodes, at }: RuleInput): Problem[] {
  const { canary } = settings.rollOut;
  const known = nodes.flatMap(({ node }) => deployedChains(node).map(({ chain }) => chain.symbol));
  if (canary === undefined || known.includes(canary)) return [];
  const message = `dokomodo:rollOut.canary is ${canary}, and the stack runs no daemon of that chain${suggestion(canary, [...new Set(known)])}`;
  return [{ message, position: at(["dokomodo:rollOut", "canary"]) }];
}
