import { join } from "node:path";
import { cacheDirectory } from "../../toolchain/cache";

/** A set of hosts with a bridge, a subnet and a folder of its own, so that several sets can run side by side. */
export interface Pool {
  /** 0 to 255, the third byte of its addresses; subnet.ts chooses the others. */
  readonly number: number;
  /** Begins the names of all its network namespaces, and names its bridge's; its interface outside; its cgroup. */
  readonly prefix: string;
  /** Holds all its files; nothing of it lies elsewhere. */
  readonly folder: string;
}

/** A pool that has been given its addresses. */
export interface AddressedPool extends Pool {
  /** The first three bytes of all its addresses, such as 10.99.0. */
  readonly subnet: string;
  /** Of the machine outside the hosts: the operator's. */
  readonly outside: string;
}

/** A Docker host: a network namespace with an address, an engine and an SSH server. */
export interface TestHost {
  readonly name: string;
  /** IPv4 address, such as 10.99.0.11. */
  readonly address: string;
  /** Where the operator reaches its engine: ssh://root@address. */
  readonly docker: string;
  /** Absolute path of its engine's socket, which is reached from every namespace. */
  readonly socket: string;
  /** Its name for `ip netns`. */
  readonly namespace: string;
  /** Absolute path of the folder that holds its engine's data. */
  readonly folder: string;
}

const FIRST_HOST = 11;
const LAST_HOST = 254;
/** sockaddr_un.sun_path (unix(7)), without the zero at its end. */
const SOCKET_PATH_BYTES = 107;
/** The longest socket that an engine makes, in a host's folder. */
const LONGEST_SOCKET = "run/containerd/containerd-debug.sock";
/** With `to-` before it, it names an interface, of at most 15 characters. */
const HOST_NAME = /^[a-z][a-z0-9-]{0,11}$/;

export function poolOf(number: number): Pool {
  if (!Number.isInteger(number) || number < 0 || number > 255) {
    throw new Error(`A pool of test hosts has a number from 0 to 255, not ${number}.`);
  }
  return {
    number,
    prefix: `dkm${number}`,
    folder: join(poolsDirectory(), String(number)),
  };
}

export function withAddresses<P extends Pool>(pool: P, subnet: string): P & AddressedPool {
  return { ...pool, subnet, outside: `${subnet}.1` };
}

/** Holds the pools' folders, and beside them what they share. */
export function poolsDirectory(): string {
  return join(cacheDirectory(), "hosts");
}

/** The pool's host number `index`, counted from 0. */
export function hostOf(pool: AddressedPool, name: string, index: number): TestHost {
  if (!HOST_NAME.test(name)) {
    throw new Error(
      `A test host cannot be named ${name}: it takes at most 12 lower-case letters, digits and -, a letter first.`,
    );
  }
  if (FIRST_HOST + index > LAST_HOST)
    throw new Error(`A pool has room for ${LAST_HOST - FIRST_HOST + 1} hosts.`);
  const address = `${pool.subnet}.${FIRST_HOST + index}`;
  const folder = join(pool.folder, name);
  const longest = join(folder, LONGEST_SOCKET);
  if (Buffer.byteLength(longest) > SOCKET_PATH_BYTES) {
    throw new Error(
      `The path ${longest} is longer than the ${SOCKET_PATH_BYTES} bytes that a socket's may have. Set DOKOMODO_CACHE to a shorter one.`,
    );
  }
  return {
    name,
    address,
    docker: `ssh://root@${address}`,
    socket: join(folder, "docker.sock"),
    namespace: `${pool.prefix}-${name}`,
    folder,
  };
}

/** Whether a network namespace of that name is the pool's. */
export function isNamespaceOf(pool: Pool, namespace: string): boolean {
  return namespace === pool.prefix || namespace.startsWith(`${pool.prefix}-`);
}

/** Of a host's containers, or of all the pool's. */
export function cgroupOf(pool: Pool, host?: TestHost): string {
  return host === undefined ? `/${pool.prefix}` : `/${pool.prefix}/${host.name}`;
}
