import type * as pulumi from "@pulumi/pulumi";
import type { Bootstrap } from "../chains/chain";
import type { Download } from "../chains/daemons";
import type { ResourceRequests } from "../notary/types";

/** Runs workloads: on Docker hosts, or in a namespace of a Kubernetes cluster. It knows nothing about Komodo. */
export interface Platform {
  /**
   * Makes the private network of a set of workloads, on every host that one of them runs on. Workloads of different
   * networks cannot reach each other over it.
   */
  network(name: string, args: NetworkArgs, opts: pulumi.CustomResourceOptions): Network;
  /**
   * Names the segment of a host. Workloads of one segment are on one network. Calls from another come from elsewhere.
   */
  segmentOf(host: string): string;
}

export interface NetworkArgs {
  /** Names of the hosts that the network's workloads run on. */
  readonly hosts: readonly string[];
  /** Those of these hosts whose workloads are called from elsewhere: from other segments, or by operators. */
  readonly calledFromElsewhere: readonly string[];
  /** Port of a host's address on which such calls arrive. */
  readonly linkPort: number;
}

export interface Network {
  /** Adds a workload. Its resources are named `${name}` and `${name}-${role}` and take `opts.parent`. */
  workload(name: string, args: WorkloadArgs, opts: pulumi.CustomResourceOptions): Workload;
  /** The lease of this name, for a workload on this host. Throws if the platform lends none (PlatformShare.lessor). */
  lease(host: string, name: pulumi.Input<string>): LeaseLocation;
}

/** A running workload, as others refer to it. */
export interface Workload {
  readonly name: string;
  /** The address at which a caller on this host reaches the workload's link port. */
  addressFrom(host: string): WorkloadAddress;
  /** The address at which a caller outside of all of the network's segments reaches it. */
  addressFromElsewhere(): WorkloadAddress;
}

/** The address at which a workload's proxy answers over mutual TLS. */
export interface WorkloadAddress {
  /** The name in the certificate of the workload. */
  readonly name: string;
  /** An IPv4 address, or a name on the caller's network, whose address may change. */
  readonly hostname: string;
  readonly port: number;
  /** Whether the call leaves the caller's host. */
  readonly remote: boolean;
}

/** The address at which a daemon that somebody else runs answers. */
export interface ExternalAddress {
  /** `http://` or `https://`. */
  readonly url: string;
  /**
   * Certificate, as PEM, of the authority that signed the certificate of an `https://` url. If absent, the certificate
   * store of the proxy's image counts.
   */
  readonly authority?: pulumi.Input<string> | undefined;
}

/** Containers that share one network namespace, with their volumes, ports and links. */
export interface WorkloadArgs {
  /** Name of the host in the stack's config. */
  readonly host: string;
  /** Labels, for `docker ps --filter`. A change of one replaces every container. */
  readonly labels: Readonly<Record<string, string>>;
  /** The workload's containers. The first is the one that it exists for. */
  readonly containers: readonly [ContainerArgs, ...ContainerArgs[]];
  /** Ports that are open to the world, such as p2p. */
  readonly publishedPorts: readonly PublishedPort[];
  /** Outbound links: which loopback port of this workload leads to which other workload. */
  readonly calls: readonly CallArgs[];
  /** Inbound links; absent if nobody may call. */
  readonly serves?: ServeArgs | undefined;
  /** Identity of this workload on its links. */
  readonly identity: Identity;
}

export interface PublishedPort {
  /** The port in the workload. */
  readonly internal: number;
  /** The port at the host's address. */
  readonly external: number;
}

export interface ContainerArgs {
  /** Role in the workload. It is the suffix of the container's name, except for the first container. */
  readonly role: string;
  readonly image: pulumi.Input<string>;
  /** Entry point and arguments, in exec form. */
  readonly command: readonly pulumi.Input<string>[];
  /** `uid` or `uid:gid` in the image. Its processes get another first group, unless it is root (platforms/user.ts). */
  readonly user: string;
  /**
   * Directories that the process writes to, beside its volume and /tmp, on a platform whose containers have a read-only
   * root. They may be empty at each start.
   */
  readonly scratch?: readonly string[] | undefined;
  readonly workingDirectory?: string | undefined;
  readonly environment: Readonly<Record<string, string>>;
  readonly files: readonly FileArgs[];
  readonly volume?: VolumeArgs | undefined;
  /**
   * Small directories that the process writes to and that the image may lack, such as those under its home. They are
   * empty at each start, and only the container's user can read them.
   */
  readonly ownDirectories?: readonly string[] | undefined;
  /** Files that are there before the container starts, each as DOWNLOADS_DIRECTORY/`sha256`, and only to be read. */
  readonly downloads?: readonly Download[] | undefined;
  /** A directory of the host that the container sees, on a platform whose hosts have such. */
  readonly hostDirectory?: { readonly source: string; readonly mountPath: string } | undefined;
  /** The text of /etc/passwd; the image's own if absent. */
  readonly accounts?: string | undefined;
  /** A server that it calls beside the workload's links. */
  readonly reaches?: { readonly hostname: string; readonly port: number } | undefined;
  /** What fills the volume before the first start. */
  readonly bootstrap?: BootstrapArgs | undefined;
  /** Limit of memory in MiB, without swap. */
  readonly memoryMiB: number;
  /** What a scheduler reserves. A platform without a scheduler ignores it. */
  readonly requests?: ResourceRequests | undefined;
  /** Seconds between SIGTERM and SIGKILL, whoever stops the container. */
  readonly graceSeconds: number;
  /** Command that exits with 0 while the container does its work. */
  readonly healthCommand?: readonly string[] | undefined;
  /** The lease object that this container alone may read and renew. */
  readonly lease?: LeaseLocation | undefined;
}

/** An object of the platform that says who of several may work: on Kubernetes a Lease of coordination.k8s.io/v1. */
export interface LeaseLocation {
  readonly namespace: pulumi.Input<string>;
  readonly name: pulumi.Input<string>;
}

/** A file of one container. Processes of the same user in the workload can read it through /proc. */
export interface FileArgs {
  /** Absolute path in the container. */
  readonly path: string;
  /** A plain string may be shown to whoever may read the platform's objects. Anything else is kept as a secret. */
  readonly content: pulumi.Input<string>;
}

/** An archive with which an empty volume is filled. */
export interface BootstrapArgs extends Bootstrap {
  /** Where its files belong, relative to the volume: `BEER`, or an empty text for the volume itself. */
  readonly directory: string;
}

/** The directory of a container with its downloads. Each has its SHA-256 as its name. */
export const DOWNLOADS_DIRECTORY = "/var/lib/dokomodo/downloads";

/** Data that outlives its container and its resource. */
export interface VolumeArgs {
  readonly mountPath: string;
  /**
   * Name of a volume that workloads of all stacks on the host share. If absent, the container has a volume of its own.
   */
  readonly sharedAs?: string | undefined;
  /** Whether it is the volume of the workload's first container, which both then mount. */
  readonly ofFirst?: true | undefined;
  /** Size in GiB, on a platform whose volumes have a size; 32 if absent. */
  readonly sizeGiB?: number | undefined;
}

/** An outbound link: 127.0.0.1:`port` in this workload leads to the RPC at `to`. */
export interface CallArgs {
  readonly name: string;
  readonly port: number;
  readonly to: WorkloadAddress | ExternalAddress;
  /**
   * Whether a call that was sent is sent again if its connection closes without an answer; true if absent. It has to be
   * false where a call may do something twice, such as spend.
   */
  readonly repeats?: boolean | undefined;
}

/** The inbound links: callers with one of these roles reach 127.0.0.1:`port` of this workload. */
export interface ServeArgs {
  readonly port: number;
  readonly roles: readonly string[];
  /**
   * Keyed by the caller's name: the CN of its certificate. If present, nobody else is let in, and the container is told
   * the name in the header X-Dokomodo-Client. It is for `http` alone.
   */
  readonly callers?: Readonly<Record<string, pulumi.Input<string>>> | undefined;
  /** `tcp` for a daemon whose answers HAProxy refuses as HTTP. Calls to it are not held, and share no connections. */
  readonly protocol?: "http" | "tcp" | undefined;
  /** If present, a caller may still use another password for a while. It is for `http` alone. */
  readonly formerPassword?: FormerPasswordArgs | undefined;
}

/** The password that the container took before its present one. */
export interface FormerPasswordArgs {
  readonly former: pulumi.Input<string>;
  readonly user: string;
  readonly present: pulumi.Input<string>;
  /** Until when callers may use the former one. */
  readonly until: Date;
}

/** Certificate and key of a workload, and the authority that signs its callers' and callees' certificates. */
export interface Identity {
  /** What the workload is to those that it calls; the OU of the certificate. */
  readonly role: string;
  readonly certificate: pulumi.Input<string>;
  readonly privateKey: pulumi.Input<string>;
  readonly authority: pulumi.Input<string>;
}
