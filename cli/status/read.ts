import { everyNode, networksOf, type Stack } from "../../config/stack";
import { suggestion } from "../../input/nearest";
import { plannedMemory } from "../../platforms/plannedMemory";
import { delaysOf } from "../running/delays";
import { observe } from "../running/observation";
import type { RunningStack } from "../running/open";
import { statusOf } from "./build";
import type { StatusReport } from "./report";

/** Looks at a running stack once. */
export async function readStatus(
  { name, stack, operations }: RunningStack,
  symbols: readonly string[],
): Promise<StatusReport> {
  const observation = await observe(stack, operations);
  const delays = await delaysOf(observation, operations);
  return statusOf({ stackName: name, stack, observation, delays, planned: plannedBytes(stack), symbols });
}

/** Throws with every symbol that no notary or node of the stack has. */
export function checkSymbols(stack: Pick<Stack, "notaries" | "nodes">, symbols: readonly string[]): void {
  const known = [
    ...new Set(everyNode(stack).flatMap(({ chains }) => chains.map(({ chain }) => chain.symbol))),
  ].sort();
  const unknown = symbols
    .filter((symbol) => !known.includes(symbol))
    .map((symbol) => `the stack has no chain ${symbol}${suggestion(symbol, known)}`);
  if (unknown.length > 0) throw new Error(unknown.join("\n"));
}

/** The memory limits of all that the stack places on each host, in bytes. */
function plannedBytes(stack: Stack): ReadonlyMap<string, number> {
  const networks = networksOf(stack);
  return new Map(
    [...plannedMemory(networks, stack.shares.all)].map(([host, { limitMiB }]) => [host, limitMiB * 2 ** 20]),
  );
}
