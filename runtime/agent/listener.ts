import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** A socket that waits for connections. */
export interface Listener {
  readonly uid: number;
  readonly inode: string;
}

/** Kernel's number of the state LISTEN (include/net/tcp_states.h). */
const LISTEN = "0A";
/** 127.0.0.1 in either byte order, and every address. */
const ADDRESSES = ["0100007F", "7F000001", "00000000"];

/** Who answers on 127.0.0.1:`port` in this network namespace; undefined where nobody does. */
export function listenerOn(port: number): Listener | undefined {
  const hex = port.toString(16).toUpperCase().padStart(4, "0");
  const wanted = ADDRESSES.map((address) => `${address}:${hex}`);
  for (const line of readFileSync("/proc/self/net/tcp", "utf8").split("\n")) {
    // sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode (Documentation/networking/proc_net_tcp)
    const [, local, , state, , , , uid, , inode] = line.trim().split(/\s+/);
    if (state === LISTEN && wanted.includes(local ?? "") && inode !== undefined)
      return { uid: Number(uid), inode };
  }
  return undefined;
}

/**
 * The processes, in this PID namespace, that have the socket; none where this one may not look into them, which takes
 * the same uid and gid.
 */
export function processesOf({ inode }: Listener): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && hasSocket(name, inode))
    .map(Number);
}

function hasSocket(pid: string, inode: string): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some(
      (fd) => targetOf(`/proc/${pid}/fd/${fd}`) === `socket:[${inode}]`,
    );
  } catch {
    // Another's, or gone.
    return false;
  }
}

function targetOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
