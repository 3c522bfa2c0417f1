import type { Chain } from "../chains/chain";

/** What a scheduler counts with for one container. */
export interface ResourceRequests {
  /** Cores, such as 0.5. */
  readonly cpu?: number | undefined;
  /** MiB; the container's limit where absent. */
  readonly memoryMiB?: number | undefined;
}

/** How a chain's daemon is run. Another image needs other values here, and no line of code. */
export interface Daemon {
  readonly image: string;
  /** Entry point and leading arguments; the chain's flags follow. */
  readonly command: readonly string[];
  /** `uid` or `uid:gid`. */
  readonly user: string;
  /** Absolute path of the user's home in the image. */
  readonly home: string;
  /** Flags for every chain of this daemon. They come before the chain's own. */
  readonly flags: readonly string[];
  /** Whether the daemon takes `-pubkey=<66 hex digits>`. */
  readonly takesPublicKey: boolean;
  readonly memoryMiB: number;
  readonly requests?: ResourceRequests | undefined;
  /** Absolute paths that the image writes to beside its data, on a platform whose root is read-only. */
  readonly scratch?: readonly string[] | undefined;
  /** Size of the chain's volume, on a platform whose volumes have a size. */
  readonly storageGiB?: number | undefined;
}

/** How Iguana is run. Another image, or the real Iguana, needs other values here, and no line of code. */
export interface Iguana {
  readonly image: string;
  /** Entry point and arguments; `iguana notary` for a main server. */
  readonly command: readonly string[];
  /** `uid:gid`; the agent's too, so that it can end Iguana when the lease is lost. */
  readonly user: string;
  /** Absolute path of the user's home in the image. */
  readonly home: string;
  /** Working directory, where Iguana looks for `elected`; under `home` where `elected` is given. */
  readonly directory: string;
  /** Port of Iguana's RPC: 7776 for `notary`, 7779 with a file. */
  readonly rpcPort: number;
  /** Port of the dPoW bus, the `port` of elected; published. */
  readonly busPort: number;
  /** Content of `elected`; absent where the image brings its own. */
  readonly elected?: Elected | undefined;
  readonly memoryMiB: number;
  readonly requests?: ResourceRequests | undefined;
  /** Whether its RPC answers callers with an operator's certificate, also from elsewhere. */
  readonly listenToAll: boolean;
}

/** Who notarises with whom. A notary whose key is `own` gets this notary's public key. */
export interface Elected {
  readonly BTCminsigs: number;
  readonly minsigs: number;
  /** IPv4 addresses; Iguana needs eight of them, repeats are fine. */
  readonly seeds: readonly string[];
  readonly notaries: readonly Readonly<Record<string, string>>[];
}

/** How a daemon that somebody else runs is called. */
export interface ExternalDaemon {
  /** `http://` or `https://` with host and port. */
  readonly url: string;
  readonly rpcUser: string;
  readonly rpcPassword: string;
  /** PEM of who signed the certificate of an `https://` url; the proxy image's certificate store where absent. */
  readonly authority?: string | undefined;
  /** Whether the notary's private key may go to that daemon. */
  readonly importsKey: boolean;
}

/** A chain whose daemon the notary runs, and where. */
export interface DeployedChain<DaemonType = Daemon> {
  readonly chain: Chain;
  readonly daemon: DaemonType;
  /** Name of the host. */
  readonly host: string;
  /** Port of the host that leads to the daemon's p2p port; the same number where absent. */
  readonly publishedPort?: number | undefined;
  /** Another value makes another password. */
  readonly rotation?: string | undefined;
}

/** A chain whose daemon somebody else runs. */
export interface ExternalChain<ExternalType = ExternalDaemon> {
  readonly chain: Chain;
  readonly external: ExternalType;
}

export type NotaryChain<DaemonType = Daemon, ExternalType = ExternalDaemon> =
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

/** One notary, with everything resolved. */
export interface Notary {
  readonly name: string;
  /** Passphrase or WIF; everything else is derived from it. */
  readonly passphrase: string;
  readonly chains: readonly NotaryChain[];
  readonly iguana: Iguana;
  readonly agentImage: string;
  /** Name of the host that Iguana runs on. */
  readonly host: string;
  /** This notary's IPv4 address as the others reach it. */
  readonly ipAddress: string;
  /** IPv4 addresses of the other notaries. */
  readonly peers: readonly string[];
  /** Port of its hosts' addresses on which links from elsewhere arrive; no other notary on these hosts has it. */
  readonly linkPort: number;
  readonly lease: LeasePlace;
}
