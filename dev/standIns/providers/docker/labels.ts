import { z } from "zod";

/** Labels as the program states them. The Engine API takes a map instead. */
export const labels = z.array(z.strictObject({ label: z.string().min(1), value: z.string() }));

export type Labels = z.infer<typeof labels>;

export function labelMap(list: Labels | undefined): Record<string, string> {
  return Object.fromEntries((list ?? []).map(({ label, value }) => [label, value]));
}

export function labelList(map: Readonly<Record<string, string>> | null | undefined): Labels {
  return Object.entries(map ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([label, value]) => ({ label, value }));
}
