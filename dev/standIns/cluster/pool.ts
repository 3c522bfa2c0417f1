import { join } from "node:path";
import { cacheDirectory } from "../../toolchain/cache";
import { type AddressedPool, type Pool, withAddresses } from "../hosts/pool";

/** The names and files of one test cluster. */
export interface ClusterPool extends Pool {
  /** Network namespace of the node. */
  readonly namespace: string;
  /** Addresses of its pods. They are used only inside the cluster. */
  readonly podNetwork: string;
}

/** A cluster's pool that has been given its addresses. */
export interface AddressedClusterPool extends ClusterPool, AddressedPool {
  /** Address of the node. Its API server answers there, too. */
  readonly address: string;
}

/** Name of the cluster's only node. */
export const NODE = "local";
/** Addresses of Services. All clusters have the same, because they are used only inside a cluster. */
export const SERVICE_NETWORK = "10.96.0.0/16";
/** Address of the API server's own Service, the first of SERVICE_NETWORK. */
export const API_SERVICE = "10.96.0.1";
export const DNS_SERVICE = "10.96.0.10";
export const DOMAIN = "cluster.local";
export const API_PORT = 6443;

/** @param number third byte of the cluster's addresses and of its pods' addresses, 10.244.<number>.0/24 */
export function clusterPoolOf(number: number): ClusterPool {
  if (!Number.isInteger(number) || number < 0 || number > 255) {
    throw new Error(`The pool of a test cluster must be a whole number from 0 to 255, but is ${number}.`);
  }
  const prefix = `dkk${number}`;
  return {
    number,
    prefix,
    folder: join(clustersDirectory(), String(number)),
    namespace: `${prefix}-${NODE}`,
    podNetwork: `10.244.${number}.0/24`,
  };
}

/** Folder of the files of all clusters. */
export function clustersDirectory(): string {
  return join(cacheDirectory(), "clusters");
}

export function withClusterAddresses(pool: ClusterPool, subnet: string): AddressedClusterPool {
  return { ...withAddresses(pool, subnet), address: `${subnet}.10` };
}

/** Paths in a cluster's folder. */
export function filesOf({ folder }: ClusterPool) {
  return {
    /** Pids of the running programs. */
    pids: join(folder, "pids"),
    logs: join(folder, "logs"),
    /** Keys and certificates. */
    certificates: join(folder, "certificates"),
    /** The administrator's kubeconfig. */
    kubeconfig: join(folder, "admin.kubeconfig"),
    configs: join(folder, "configs"),
    etcd: join(folder, "etcd"),
    containerd: join(folder, "containerd"),
    kubelet: join(folder, "kubelet"),
    cni: join(folder, "cni"),
    volumes: join(folder, "volumes"),
    socket: join(folder, "containerd.sock"),
    /** containerd's folder for the state of running containers. */
    state: join(folder, "run"),
    /** A file that exists once the cluster is up. */
    up: join(folder, "up"),
  };
}
