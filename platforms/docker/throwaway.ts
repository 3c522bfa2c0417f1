import { PROCESS_GROUP, parseUser } from "../user";

/** Limit of memory of a container that works on a volume. */
const MEMORY = 256 * 2 ** 20;

/**
 * What a container that works on a volume for a while is allowed: the daemon's user, and nothing else. The names are
 * those of the engine's API (https://docs.docker.com/reference/api/engine/version/v1.40/#tag/Container).
 * @param text `uid` or `uid:gid` of the daemon
 */
export function throwawayLimits(text: string) {
  const { user, imageGroup } = parseUser(text);
  return {
    User: `${user}:${PROCESS_GROUP}`,
    HostConfig: {
      GroupAdd: [String(imageGroup)],
      CapDrop: ["ALL"],
      SecurityOpt: ["no-new-privileges:true"],
      Memory: MEMORY,
      MemorySwap: MEMORY,
      LogConfig: { Type: "json-file", Config: { "max-file": "1", "max-size": "20m" } },
    },
  };
}
