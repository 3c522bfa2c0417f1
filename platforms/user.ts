/**
 * First group of every process that is not root. The kernel shows a process's memory, files and environment in /proc
 * only to processes with the same user and the same first group (docs/internals/engines.md, whose files in /proc can be
 * read). So a login of the host that happens to have a daemon's uid sees none of them. No login and no container has
 * this number as its group, because it is outside of all ranges that are given to them (docs/internals/engines.md,
 * numbers of groups).
 */
export const PROCESS_GROUP = 2_100_000_000;

/** Who a container's processes are. */
export interface ProcessUser {
  readonly user: number;
  /**
   * The user's group in the image. It is a further group of the process, for files that the image gives to that group.
   */
  readonly imageGroup: number;
}

/** Reads `uid` or `uid:gid`. A user without a group of its own has the group of the same number. */
export function parseUser(text: string): ProcessUser {
  const [user, imageGroup = user] = text.split(":").map(Number);
  if (user === undefined || imageGroup === undefined || Number.isNaN(user + imageGroup))
    throw new Error(`${text} is not uid or uid:gid`);
  return { user, imageGroup };
}
