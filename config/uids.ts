import { z } from "zod";
import { daemonDefaults } from "../chains/daemons";
import type { YamlSource } from "../input/source";
import { PROXY_USER } from "../platforms/haproxy/configuration";
import { iguanaSchema } from "./schema/iguana";

/** The users that processes run as if the config states no others. Witnesses have the same user as litecoind. */
const USUAL_USERS = [
  daemonDefaults("komodod").user,
  daemonDefaults("litecoind").user,
  iguanaSchema.shape.user.parse(undefined),
  PROXY_USER,
];

const settings = z.looseObject({ user: z.string().optional() }).optional();
const shape = z.looseObject({
  "dokomodo:daemons": z.record(z.string(), settings).optional(),
  "dokomodo:iguana": settings,
  "dokomodo:notaries": z.array(z.looseObject({ iguana: settings })).optional(),
});

/**
 * The uids that processes of a stack have on its hosts, ascending. Only the users in the stack's file are read. If
 * those are wrong, the usual uids are returned.
 */
export function processUids(source: YamlSource): number[] {
  const { data } = shape.safeParse(source.at(["config"]));
  const stated = [
    ...Object.values(data?.["dokomodo:daemons"] ?? {}),
    data?.["dokomodo:iguana"],
    ...(data?.["dokomodo:notaries"] ?? []).map(({ iguana }) => iguana),
  ].map((entry) => entry?.user ?? "");
  const uids = [...USUAL_USERS, ...stated].map((user) => Number.parseInt(user, 10)).filter(Number.isInteger);
  return [...new Set(uids)].sort((one, other) => one - other);
}
