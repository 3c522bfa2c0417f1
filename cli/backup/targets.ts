import type { Stack } from "../../config/stack";
import { partsOf } from "../running/parts";
import { findTargets, type Target, type TargetChoice } from "../running/targets";

/** The daemons that names mean; all that the stack runs if there are none. Throws if no backup is stated. */
export function daemonsOf(names: readonly string[], stack: Stack, choice: TargetChoice): Target[] {
  if (stack.backup === undefined)
    throw new Error(
      "the stack's config states no backup: set dokomodo:backup (docs/guide/backup.md), run `pulumi up`, and then this again",
    );
  const found = findTargets(names, partsOf(stack), choice);
  const daemons = found.filter(
    ({ part, container }) => part.chain !== undefined && container.role === undefined,
  );
  const others = found.filter((each) => !daemons.includes(each));
  if (names.length > 0 && others.length > 0)
    throw new Error(
      `${others.map(({ title }) => title).join(", ")}: only daemons of chains have a wallet that is kept`,
    );
  if (daemons.length === 0) throw new Error("the stack runs no daemon of a chain");
  return daemons;
}
