import { join } from "node:path";
import { cacheDirectory } from "../../toolchain/cache";
import { type AddressedPool, type Pool, withAddresses } from "../hosts/pool";

/** One test cluster's names and files: those of its network, and what is the cluster's alone. */
export interface ClusterPool extends Pool {
  /** Network namespace of the node. */
  readonly namespace: string;
  /** Addresses of its pods, which nobody outside of it sees. */
  readonly podNetwork: string;
}

/** One that has been given its addresses. */
export interface AddressedClusterPool extends ClusterPool, AddressedPool {
  /** Of the node, which is also where its API server answers. */
  readonly address: string;
}

/** The cluster's only node, as Kubernetes calls it. */
export const NODE = "local";
/** Addresses of Services; all clusters have the same, for nobody outside of one sees them. */
export const SERVICE_NETWORK = "10.96.0.0/16";
/** Of the API server's own Service, the first of them. */
export const API_SERVICE = "10.96.0.1";
export const DNS_SERVICE = "10.96.0.10";
export const DOMAIN = "cluster.local";
export const API_PORT = 6443;

/** By the third byte of the cluster's addresses, and of its pods': 10.244.<number>.0/24. */
export function clusterPoolOf(number: number): ClusterPool {
  if (!Number.isInteger(number) || number < 0 || number > 255) {
    throw new Error(`A pool of a test cluster has a number from 0 to 255, not ${number}.`);
  }
  const prefix = `dkk${number}`;
  return {
    number,
    prefix,
    folder: join(cacheDirectory(), "clusters", String(number)),
    namespace: `${prefix}-${NODE}`,
    podNetwork: `10.244.${number}.0/24`,
  };
}

export function withClusterAddresses(pool: ClusterPool, subnet: string): AddressedClusterPool {
  return { ...withAddresses(pool, subnet), address: `${subnet}.10` };
}

/** What lies where in a cluster's folder. */
export function filesOf({ folder }: ClusterPool) {
  return {
    /** Pids of what runs. */
    pids: join(folder, "pids"),
    logs: join(folder, "logs"),
    /** Keys, certificates, and who may do what with them. */
    certificates: join(folder, "certificates"),
    /** The administrator's. */
    kubeconfig: join(folder, "admin.kubeconfig"),
    configs: join(folder, "configs"),
    etcd: join(folder, "etcd"),
    containerd: join(folder, "containerd"),
    kubelet: join(folder, "kubelet"),
    cni: join(folder, "cni"),
    volumes: join(folder, "volumes"),
    socket: join(folder, "containerd.sock"),
    /** containerd's own folder of what runs. */
    state: join(folder, "run"),
    /** There once the cluster is up. */
    up: join(folder, "up"),
  };
}
