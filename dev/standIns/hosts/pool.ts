import { join } from "node:path";
import { cacheDirectory } from "../../toolchain/cache";

/** A set of hosts with its own bridge, subnet and folder, so that several sets can run side by side. */
export interface Pool {
  /** 0 to 255, the third byte of its addresses. subnet.ts chooses the first two bytes. */
  readonly number: number;
  /** Name of its bridge's namespace, of its interface outside and of its cgroup. Its hosts' namespaces begin with it. */
  readonly prefix: string;
  /** Absolute path of the folder that holds all its files. */
  readonly folder: string;
}

/** A pool that has been given its addresses. */
export interface AddressedPool extends Pool {
  /** The first three bytes of all its addresses, such as 10.99.0. */
  readonly subnet: string;
  /** Address of the machine outside the hosts, which stands for the operator's machine. */
  readonly outside: string;
}

/** A Docker host: a network namespace with an address, an engine and an SSH server. */
export interface TestHost {
  readonly name: string;
  /** IPv4 address, such as 10.99.0.11. */
  readonly address: string;
  /** URL at which the operator reaches its engine: ssh://root@address. */
  readonly docker: string;
  /** Absolute path of its engine's socket. It can be used from every namespace. */
  readonly socket: string;
  /** Name of its network namespace. */
  readonly namespace: string;
  /** Absolute path of the folder that holds its engine's data. */
  readonly folder: string;
}

const FIRST_HOST = 11;
const LAST_HOST = 254;
/** The size of sockaddr_un.sun_path (unix(7)), without the zero at its end. */
const SOCKET_PATH_BYTES = 107;
/** The longest path of a socket that an engine makes in a host's folder. */
const LONGEST_SOCKET = "run/containerd/containerd-debug.sock";
/** With `to-` before it, a host's name is an interface's name, which has at most 15 characters. */
const HOST_NAME = /^[a-z][a-z0-9-]{0,11}$/;

export function poolOf(number: number): Pool {
  if (!Number.isInteger(number) || number < 0 || number > 255) {
    throw new Error(`The pool of test hosts must be a whole number from 0 to 255, but is ${number}.`);
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

/** The folder of the pools' folders and of the image stores that they share. */
export function poolsDirectory(): string {
  return join(cacheDirectory(), "hosts");
}

/** @param index number of the host in its pool, from 0 on; it decides the address */
export function hostOf(pool: AddressedPool, name: string, index: number): TestHost {
  if (!HOST_NAME.test(name)) {
    throw new Error(
      `"${name}" cannot be the name of a test host. A name has at most 12 lower-case letters, digits and -, and begins with a letter.`,
    );
  }
  if (FIRST_HOST + index > LAST_HOST)
    throw new Error(`A pool has room for ${LAST_HOST - FIRST_HOST + 1} hosts, and ${name} is one more.`);
  const address = `${pool.subnet}.${FIRST_HOST + index}`;
  const folder = join(pool.folder, name);
  const longest = join(folder, LONGEST_SOCKET);
  if (Buffer.byteLength(longest) > SOCKET_PATH_BYTES) {
    throw new Error(
      `The path ${longest} is longer than ${SOCKET_PATH_BYTES} bytes, the most for a socket's path. Set DOKOMODO_CACHE to a shorter path.`,
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

/** Whether a network namespace with this name belongs to the pool. */
export function isNamespaceOf(pool: Pool, namespace: string): boolean {
  return namespace === pool.prefix || namespace.startsWith(`${pool.prefix}-`);
}

/** The cgroup of a host's containers, or without a host that of all containers of the pool. */
export function cgroupOf(pool: Pool, host?: TestHost): string {
  return host === undefined ? `/${pool.prefix}` : `/${pool.prefix}/${host.name}`;
}
