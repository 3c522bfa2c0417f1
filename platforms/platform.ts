import type * as pulumi from "@pulumi/pulumi";

/** Where workloads land: Docker hosts, or a Kubernetes namespace. Knows no word of Komodo. */
export interface Platform {
  /**
   * The private network of one set of workloads, on every host that one of them runs on.
   * Workloads of different networks never meet.
   */
  network(name: string, args: NetworkArgs, opts: pulumi.CustomResourceOptions): Network;
}

export interface NetworkArgs {
  /** Names of the hosts that the network's workloads run on. */
  readonly hosts: readonly string[];
}

export interface Network {
  /** Adds a workload. Its resources are named `${name}` and `${name}-${role}` and take `opts.parent`. */
  workload(name: string, args: WorkloadArgs, opts: pulumi.CustomResourceOptions): Workload;
}

/** A running workload, as others refer to it. */
export interface Workload {
  readonly name: string;
  /** Where callers inside the network reach the workload's link port. */
  readonly address: LinkAddress;
}

export interface LinkAddress {
  readonly hostname: string;
  readonly port: number;
}

/** Containers that share one network namespace, with their volumes, ports and links. */
export interface WorkloadArgs {
  /** Name of the host in the stack's config. */
  readonly host: string;
  /** Static marks for `docker ps --filter`; a change of one replaces every container. */
  readonly labels: Readonly<Record<string, string>>;
  /** The first is the one that the workload exists for. */
  readonly containers: readonly ContainerArgs[];
  /** Ports open to the world (p2p), the same number outside as inside. */
  readonly publishedPorts: readonly number[];
  /** Outbound links: which loopback port of this workload leads to which other workload. */
  readonly calls: readonly CallArgs[];
  /** Inbound links; absent where nobody may call. */
  readonly serves?: ServeArgs;
  /** Identity of this workload on its links. */
  readonly identity: Identity;
}

export interface ContainerArgs {
  /** Role in the workload, the suffix of the container's name; the first container has none. */
  readonly role: string;
  readonly image: pulumi.Input<string>;
  /** Entry point and arguments, in exec form. */
  readonly command: readonly pulumi.Input<string>[];
  /** `uid` or `uid:gid`; never root. */
  readonly user: string;
  readonly workingDirectory?: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly files: readonly FileArgs[];
  readonly volume?: VolumeArgs;
  /** MiB of memory; no swap beyond it. */
  readonly memoryMiB: number;
  /** Seconds between SIGTERM and SIGKILL wherever something stops the container. */
  readonly graceSeconds: number;
  /** Command that exits with 0 while the container does its work. */
  readonly healthCommand?: readonly string[];
}

/** A file that only this container sees. */
export interface FileArgs {
  /** Absolute path in the container. */
  readonly path: string;
  readonly content: pulumi.Input<string>;
}

/** Data that outlives its container and its resource. */
export interface VolumeArgs {
  readonly mountPath: string;
}

/** "127.0.0.1:port in this workload is that workload's RPC." */
export interface CallArgs {
  readonly name: string;
  readonly port: number;
  readonly to: LinkAddress;
}

/** "127.0.0.1:port of this workload answers callers of these roles." */
export interface ServeArgs {
  readonly port: number;
  readonly roles: readonly string[];
}

/** Certificate (its OU is the caller's role) and key of a workload, and who signs those of its peers. */
export interface Identity {
  readonly certificate: pulumi.Input<string>;
  readonly privateKey: pulumi.Input<string>;
  readonly authority: pulumi.Input<string>;
}
