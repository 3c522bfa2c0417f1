import { z } from "zod";
import type { YamlSource } from "../chains/source";

/** Of komodod and its family, of Iguana, of other daemons and witnesses, of proxies, where the config says nothing else. */
const USUAL = [1000, 3003, 3004, 65534];

const settings = z.looseObject({ user: z.string().optional() }).optional();
const shape = z.looseObject({
  "dokomodo:daemons": z.record(z.string(), settings).optional(),
  "dokomodo:iguana": settings,
  "dokomodo:notaries": z.array(z.looseObject({ iguana: settings })).optional(),
});

/**
 * Uids that processes of a stack have on its hosts, ascending. Reads no more of a stack's file than the users; where
 * that much is wrong, they are the usual ones.
 */
export function processUids(source: YamlSource): number[] {
  const { data } = shape.safeParse(source.at(["config"]));
  const users = [
    ...Object.values(data?.["dokomodo:daemons"] ?? {}),
    data?.["dokomodo:iguana"],
    ...(data?.["dokomodo:notaries"] ?? []).map(({ iguana }) => iguana),
  ].map((entry) => Number.parseInt(entry?.user ?? "", 10));
  return [...new Set([...USUAL, ...users.filter(Number.isInteger)])].sort((one, other) => one - other);
}
