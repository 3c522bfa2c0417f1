import type { DockerEndpoint } from "./host";
import { outputOn } from "./hostCommand";

/** An entry of a host's passwd database that a person can log in with. */
export interface Login {
  readonly name: string;
  readonly uid: number;
}

/** Members of these groups may do anything on the host anyway. */
const POWERFUL_GROUPS = ["docker", "sudo", "wheel"];

/**
 * The logins of a host that have one of these uids and no power over Docker. Such a login cannot look into a
 * container's process with the same uid (platforms/user.ts), but may send it signals (docs/internals/engines.md, whose
 * files in /proc can be read). Empty if the host cannot be asked.
 */
export async function loginsWith(uids: readonly number[], endpoint: DockerEndpoint): Promise<Login[]> {
  const [passwd, group] = await Promise.all([
    outputOn(endpoint, ["getent", "passwd", ...uids.map(String)]),
    outputOn(endpoint, ["getent", "group", ...POWERFUL_GROUPS]),
  ]);
  return powerless(passwd, group);
}

/** Reads the text of passwd(5) and group(5). Users whose shell is nologin or false cannot log in, and are left out. */
export function powerless(passwd: string, group: string): Login[] {
  const groups = group.split("\n").map((line) => line.split(":"));
  const members = new Set(groups.flatMap(([, , , names = ""]) => names.split(",")));
  const ids = new Set(groups.flatMap(([, , id]) => (id === undefined ? [] : [id])));
  return passwd.split("\n").flatMap((line) => {
    const [name = "", , uid, gid = "", , , shell = ""] = line.split(":");
    if (uid === undefined || /\/(nologin|false)$/.test(shell)) return [];
    return members.has(name) || ids.has(gid) ? [] : [{ name, uid: Number(uid) }];
  });
}
