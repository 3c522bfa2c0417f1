import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** A socket that waits for connections. */
export interface Listener {
  readonly uid: number;
  readonly inode: string;
}

/** The kernel's number for the state LISTEN (include/net/tcp_states.h). */
const LISTEN = "0A";
/** 127.0.0.1 in either byte order, and 0.0.0.0. */
const ADDRESSES = ["0100007F", "7F000001", "00000000"];

/** The socket that listens on 127.0.0.1:`port` in this network namespace; undefined where there is none. */
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
 * The processes in this PID namespace that have the socket open. The list is empty where this process may not look into
 * them, which takes the same uid and gid.
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
    // The process is another user's, or gone.
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
