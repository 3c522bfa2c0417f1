import type * as pulumi from "@pulumi/pulumi";
import type { ResourceRequests } from "../notary/types";

/** Where workloads land: Docker hosts, or a Kubernetes namespace. Knows no word of Komodo. */
export interface Platform {
  /**
   * The private network of one set of workloads, on every host that one of them runs on.
   * Workloads of different networks never meet.
   */
  network(name: string, args: NetworkArgs, opts: pulumi.CustomResourceOptions): Network;
  /** Hosts of one segment have their workloads on one network; a call from another segment comes from elsewhere. */
  segmentOf(host: string): string;
}

export interface NetworkArgs {
  /** Names of the hosts that the network's workloads run on. */
  readonly hosts: readonly string[];
  /** Those of them whose workloads are called from elsewhere: other segments, or the operator's machine. */
  readonly calledFromElsewhere: readonly string[];
  /** Port of a host's address on which such calls arrive. */
  readonly linkPort: number;
}

export interface Network {
  /** Adds a workload. Its resources are named `${name}` and `${name}-${role}` and take `opts.parent`. */
  workload(name: string, args: WorkloadArgs, opts: pulumi.CustomResourceOptions): Workload;
  /** The lease of this name, for a workload on this host. Throws where the platform lends none (PlatformShare.lessor). */
  lease(host: string, name: pulumi.Input<string>): LeaseLocation;
}

/** A running workload, as others refer to it. */
export interface Workload {
  readonly name: string;
  /** Where a caller that runs on this host reaches the workload's link port. */
  addressFrom(host: string): WorkloadAddress;
  /** Where a caller in none of the network's segments does. */
  addressFromElsewhere(): WorkloadAddress;
}

/** Where a workload's proxy answers over mutual TLS. */
export interface WorkloadAddress {
  /** The name in the certificate of the workload. */
  readonly name: string;
  /** A name of the caller's own network, which may come to mean another address, or an IPv4 address. */
  readonly hostname: string;
  readonly port: number;
  /** Whether the call leaves the caller's host. */
  readonly remote: boolean;
}

/** Where somebody else's daemon answers. */
export interface ExternalAddress {
  /** `http://` or `https://`. */
  readonly url: string;
  /** PEM of who signed the certificate of an `https://` url; the certificate store of the proxy's image where absent. */
  readonly authority?: pulumi.Input<string> | undefined;
}

/** Containers that share one network namespace, with their volumes, ports and links. */
export interface WorkloadArgs {
  /** Name of the host in the stack's config. */
  readonly host: string;
  /** Static marks for `docker ps --filter`; a change of one replaces every container. */
  readonly labels: Readonly<Record<string, string>>;
  /** The first is the one that the workload exists for. */
  readonly containers: readonly [ContainerArgs, ...ContainerArgs[]];
  /** Ports open to the world (p2p). */
  readonly publishedPorts: readonly PublishedPort[];
  /** Outbound links: which loopback port of this workload leads to which other workload. */
  readonly calls: readonly CallArgs[];
  /** Inbound links; absent where nobody may call. */
  readonly serves?: ServeArgs | undefined;
  /** Identity of this workload on its links. */
  readonly identity: Identity;
}

export interface PublishedPort {
  /** In the workload. */
  readonly internal: number;
  /** At the host's address. */
  readonly external: number;
}

export interface ContainerArgs {
  /** Role in the workload, the suffix of the container's name; the first container has none. */
  readonly role: string;
  readonly image: pulumi.Input<string>;
  /** Entry point and arguments, in exec form. */
  readonly command: readonly pulumi.Input<string>[];
  /** `uid` or `uid:gid` in the image; never root. The first group of its processes is another (platforms/user.ts). */
  readonly user: string;
  /** Directories that the process writes to, beside its volume and /tmp, and may find empty at each start. */
  readonly scratch?: readonly string[] | undefined;
  readonly workingDirectory?: string | undefined;
  readonly environment: Readonly<Record<string, string>>;
  readonly files: readonly FileArgs[];
  readonly volume?: VolumeArgs | undefined;
  /** MiB of memory; no swap beyond it. */
  readonly memoryMiB: number;
  /** What a scheduler counts with; a platform without one counts with nothing. */
  readonly requests?: ResourceRequests | undefined;
  /** Seconds between SIGTERM and SIGKILL wherever something stops the container. */
  readonly graceSeconds: number;
  /** Command that exits with 0 while the container does its work. */
  readonly healthCommand?: readonly string[] | undefined;
  /** The lease object that this container alone may read and renew. */
  readonly lease?: LeaseLocation | undefined;
}

/** Who of several may work, as the platform keeps it (Kubernetes: coordination.k8s.io/v1 Lease). */
export interface LeaseLocation {
  readonly namespace: pulumi.Input<string>;
  readonly name: pulumi.Input<string>;
}

/** A file of one container. Processes of the same user in the workload can read it through /proc. */
export interface FileArgs {
  /** Absolute path in the container. */
  readonly path: string;
  /** A plain string may be read by whoever may read the platform's objects; anything else is kept as a secret. */
  readonly content: pulumi.Input<string>;
}

/** Data that outlives its container and its resource. */
export interface VolumeArgs {
  readonly mountPath: string;
  /** Name of a volume that every stack's workloads on the host share; the container's own where absent. */
  readonly sharedAs?: string | undefined;
  /** What is asked for where volumes have a size; 32 where absent. */
  readonly sizeGiB?: number | undefined;
}

/** "127.0.0.1:port in this workload is that workload's RPC." */
export interface CallArgs {
  readonly name: string;
  readonly port: number;
  readonly to: WorkloadAddress | ExternalAddress;
}

/** "127.0.0.1:port of this workload answers callers of these roles." */
export interface ServeArgs {
  readonly port: number;
  readonly roles: readonly string[];
  /** `tcp` for a daemon whose answers no HTTP proxy takes; its calls are neither held nor do they share connections. */
  readonly protocol?: "http" | "tcp" | undefined;
}

/** Certificate (its OU is `role`) and key of a workload, and who signs those of its peers. */
export interface Identity {
  /** What the workload is to those that it calls. */
  readonly role: string;
  readonly certificate: pulumi.Input<string>;
  readonly privateKey: pulumi.Input<string>;
  readonly authority: pulumi.Input<string>;
}
