import { loadStackFile } from "../../config/loadFile";
import { ProblemsError } from "../../input/problem";
import type { Leftovers } from "../../platforms/leftovers";
import type { StackCommand } from "../pulumi";

/** What interrupted runs left on the hosts of a stack, as its files name them. Throws with all that is wrong in the files. */
export async function openLeftovers({ directory, stack }: StackCommand): Promise<Leftovers> {
  const loaded = loadStackFile({ directory, stackName: stack });
  if (!loaded.ok)
    throw new ProblemsError(loaded.problems, "the lock is lifted, and nothing else was changed");
  const opened = await Promise.all(
    loaded.value.shares.all.map(async ({ hosts, leftovers }) => ({ hosts, leftovers: await leftovers?.() })),
  );
  return {
    // Nothing can be removed from a host that the config no longer has.
    remove: async (begun, known) => {
      const found = opened.find(({ hosts }) => hosts.includes(begun.host));
      return found?.leftovers?.remove(begun, known);
    },
    close: () => {
      for (const { leftovers } of opened) leftovers?.close();
    },
  };
}
