import type { Stack } from "../../config/stack";
import type { Leftovers } from "../../platforms/leftovers";

/** What interrupted runs left on the hosts of a stack, whatever their platforms are. */
export async function openLeftovers({ shares }: Pick<Stack, "shares">): Promise<Leftovers> {
  const opened = await Promise.all(
    shares.all.map(async ({ hosts, leftovers }) => ({ hosts, leftovers: await leftovers?.() })),
  );
  return {
    // Of a host that the config has no more, nothing can be removed.
    remove: async (begun, known) => {
      const found = opened.find(({ hosts }) => hosts.includes(begun.host));
      return found?.leftovers?.remove(begun, known);
    },
    close: () => {
      for (const { leftovers } of opened) leftovers?.close();
    },
  };
}
