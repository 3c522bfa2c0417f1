import type { DockerEndpoint } from "./host";
import { outputOn } from "./hostCommand";

/** A login of a host, as in its passwd database. */
export interface Login {
  readonly name: string;
  readonly uid: number;
}

/** Whoever is in one of these may do anything on the host anyway. */
const POWERFUL_GROUPS = ["docker", "sudo", "wheel"];

/**
 * Logins of a host that have one of these uids and no power over Docker. Such a login sees nothing of a container's process
 * with that uid (platforms/user.ts), and may send it signals. None where the host cannot be asked.
 */
export async function loginsWith(uids: readonly number[], endpoint: DockerEndpoint): Promise<Login[]> {
  const [passwd, group] = await Promise.all([
    outputOn(endpoint, ["getent", "passwd", ...uids.map(String)]),
    outputOn(endpoint, ["getent", "group", ...POWERFUL_GROUPS]),
  ]);
  return powerless(passwd, group);
}

/** Reads passwd(5) and group(5). A user with the shell nologin or false is no login. */
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
