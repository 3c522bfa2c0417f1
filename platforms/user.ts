/**
 * First group of every process that is not root. The kernel shows a process's memory, files and environment in /proc to
 * those alone that have its user and its first group (kernel/ptrace.c, __ptrace_may_access), so a login of the host that
 * happens to have a daemon's uid sees none of them. The number is above those that Linux gives to logins and containers
 * (systemd's "Users, Groups, UIDs and GIDs") and those that SSSD and FreeIPA make up.
 */
export const PROCESS_GROUP = 2_100_000_000;

/** Who a container's processes are. */
export interface ProcessUser {
  readonly user: number;
  /** That of the user in its image, for what the image gives to a group; a group beside the first. */
  readonly imageGroup: number;
}

/** Reads `uid` or `uid:gid`. A user without a group of its own has the group of the same number. */
export function parseUser(text: string): ProcessUser {
  const [user, imageGroup = user] = text.split(":").map(Number);
  if (user === undefined || imageGroup === undefined || Number.isNaN(user + imageGroup))
    throw new Error(`${text} is not uid or uid:gid`);
  return { user, imageGroup };
}
