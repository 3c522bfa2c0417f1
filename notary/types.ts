import type { Chain } from "../chains/chain";
import type { DaemonDefaults, Download } from "../chains/daemons";
import type { Backup } from "./backup";
import type { DiskGuard } from "./diskGuard";

/** What a scheduler reserves for one container. */
export interface ResourceRequests {
  /** Cores, such as 0.5. */
  readonly cpu?: number | undefined;
  /** MiB; the container's limit if absent. */
  readonly memoryMiB?: number | undefined;
}

/** How a chain's daemon is run. Another image needs other values here, and no change of the code. */
export interface Daemon
  extends Omit<DaemonDefaults, "image" | "blocks" | "downloads" | "needsExportDirectory"> {
  readonly image: string;
  /** What the daemon needs before it starts; nothing if absent. */
  readonly downloads?: readonly Download[] | undefined;
  /**
   * Whether it copies its wallet only into the directory of `-exportdir` (docs/internals/domain.md, backupwallet); no if
   * absent.
   */
  readonly needsExportDirectory?: boolean | undefined;
  readonly requests?: ResourceRequests | undefined;
  /** Absolute paths that the image writes to beside its data. A platform with a read-only root needs to know them. */
  readonly scratch?: readonly string[] | undefined;
  /** Size of the chain's volume. Only a platform whose volumes have a size uses it. */
  readonly storageGiB?: number | undefined;
  /** How its wallet is kept; not at all if absent. */
  readonly backup?: Backup | undefined;
  /** When a disk that is nearly full stops it. DEFAULT_DISK_GUARD if absent; `none` for no guard. */
  readonly diskGuard?: DiskGuard | "none" | undefined;
}

/** How Iguana is run. Another image, or the real Iguana, needs other values here, and no change of the code. */
export interface Iguana {
  readonly image: string;
  /** Entry point and arguments, such as `iguana notary`. */
  readonly command: readonly string[];
  /** `uid:gid`. The agent runs as the same user, so that it can end Iguana when the lease is lost. */
  readonly user: string;
  /** Absolute path of the user's home in the image. */
  readonly home: string;
  /**
   * Working directory, in which Iguana looks for `elected` (docs/internals/domain.md, elected). It has to be `home` or
   * under it if `elected` is given.
   */
  readonly directory: string;
  /** Port of Iguana's RPC: 7776 for `notary`, 7779 with a file (docs/internals/domain.md, the RPC's port). */
  readonly rpcPort: number;
  /** Port of the dPoW bus, which is published under the same number (docs/internals/domain.md, the bus). */
  readonly busPort: number;
  /** Content of the file that electedFile names; absent if the image brings its own. */
  readonly elected?: Elected | undefined;
  readonly memoryMiB: number;
  readonly requests?: ResourceRequests | undefined;
  /** Whether operators may call its RPC from elsewhere, with a certificate of their own. */
  readonly listenToAll: boolean;
}

/** Who notarises with whom: the content of Iguana's file of this name. The key `own` stands for this notary's key. */
export interface Elected {
  readonly BTCminsigs: number;
  readonly minsigs: number;
  /** IPv4 addresses. Iguana needs eight of them, which may repeat (docs/internals/domain.md, elected). */
  readonly seeds: readonly string[];
  readonly notaries: readonly Readonly<Record<string, string>>[];
}

/** How a daemon that somebody else runs is called. */
export interface ExternalDaemon {
  /** `http://` or `https://` with host and port. */
  readonly url: string;
  readonly rpcUser: string;
  readonly rpcPassword: string;
  /**
   * Certificate, as PEM, of the authority that signed the certificate of an `https://` url. If absent, the certificate
   * store of the proxy's image counts.
   */
  readonly authority?: string | undefined;
  /** Whether the private key of a notary may go to that daemon. */
  readonly importsKey: boolean;
}

/** A chain whose daemon the node runs, and where. */
export interface DeployedChain<DaemonType = Daemon> {
  readonly chain: Chain;
  readonly daemon: DaemonType;
  /** Name of the host. */
  readonly host: string;
  /** Port of the host that leads to the daemon's p2p port; the same number if absent. */
  readonly publishedPort?: number | undefined;
  /** Any text. Another text makes another RPC password. */
  readonly rotation?: string | undefined;
  /** The RPC password before, if its callers may still use it. */
  readonly rotatedFrom?: FormerRotation | undefined;
}

/** The RPC password that a daemon had before its present one. */
export interface FormerRotation {
  /** What the daemon's `rotation` was at that time; absent if it had none. */
  readonly rotation?: string | undefined;
  /** Until when callers may use the password. */
  readonly until: Date;
}

/** A chain whose daemon somebody else runs. */
export interface ExternalChain<ExternalType = ExternalDaemon> {
  readonly chain: Chain;
  readonly external: ExternalType;
}

export type NodeChain<DaemonType = Daemon, ExternalType = ExternalDaemon> =
  | DeployedChain<DaemonType>
  | ExternalChain<ExternalType>;

/**
 * Who keeps two Iguanas of one key from working at the same time: witnesses on an odd number of the notary's hosts, the
 * platform that Iguana is on, or nobody.
 */
export type LeasePlace =
  | { readonly kind: "witnesses"; readonly hosts: readonly string[] }
  | { readonly kind: "platform" }
  | { readonly kind: "none" };

/** How many notary UTXOs a chain is to have. They are what Iguana spends. */
export interface UtxoBounds {
  /** Where there are fewer, the agent splits coins of the notary's address. */
  readonly low: number;
  /** It makes up to so many. */
  readonly high: number;
  /** Where true, the agent's status says what would be split, and nothing is. */
  readonly dryRun?: boolean | undefined;
}

/** Somebody with a certificate of their own who may call some of a node's chains. */
export interface Client {
  readonly name: string;
  /** Symbols of the chains that it may call. */
  readonly chains: readonly string[];
  /** The methods that it may call. Those that read and spend nothing if absent (runtime/filter/methods.ts). */
  readonly allow?: readonly string[] | undefined;
}

/**
 * Which generations of a node's authority sign and are trusted. Generation 1 alone does both, unless its authority was
 * replaced or is about to be.
 */
export interface AuthorityGenerations {
  /** Signs certificates; 1 if absent. */
  readonly issuer?: number | undefined;
  /** Those whose signatures count; that of `issuer` alone if absent. */
  readonly trusted?: readonly number[] | undefined;
  /** Signs for the workload through which clients enter; `issuer` if absent. */
  readonly clientsIssuer?: number | undefined;
}

/** Coin daemons under one name, with every name in their config resolved. A notary is such a node with Iguana. */
export interface Node {
  readonly name: string;
  /** Passphrase or WIF. All keys are derived from it. A node needs none, unless a wallet of it is to have a key. */
  readonly passphrase?: string | undefined;
  readonly chains: readonly NodeChain[];
  /** Name of the host of what is not stated to be on another one. */
  readonly host: string;
  /** Port of its hosts' addresses on which links from elsewhere arrive. No other node on these hosts may have it. */
  readonly linkPort: number;
  /** Those who call its chains from elsewhere. They enter on `host`. */
  readonly clients: readonly Client[];
  /** Generation 1 of its authority alone if absent. */
  readonly authority?: AuthorityGenerations | undefined;
  /** Image with Node 18 or newer, for the agent, the witnesses and the filter of clients. */
  readonly agentImage: string;
}

/** One notary, with every name in its config resolved. Iguana runs on `host`. */
export interface Notary extends Node {
  readonly passphrase: string;
  readonly iguana: Iguana;
  /** This notary's IPv4 address as the others reach it. */
  readonly ipAddress: string;
  /** IPv4 addresses of the other notaries. */
  readonly peers: readonly string[];
  readonly lease: LeasePlace;
  /** Keyed by the chain's symbol. On any other chain no coin is split. */
  readonly utxos?: Readonly<Record<string, UtxoBounds>> | undefined;
}
