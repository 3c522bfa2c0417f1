/** How a daemon is run if the stack's config says nothing else. */
export interface DaemonDefaults {
  /** Entry point and first arguments. The flags follow them. */
  readonly command: readonly string[];
  /** `uid` or `uid:gid`; never root. */
  readonly user: string;
  /** Absolute path of the user's home in the image. The confs and the data are under it. */
  readonly home: string;
  /** Flags for every chain of this daemon. They come before the chain's own. */
  readonly flags: readonly string[];
  /** Whether the daemon takes `-pubkey=<66 hex>`, as the Komodo family does (docs/internals/domain.md, -pubkey). */
  readonly takesPublicKey: boolean;
  readonly memoryMiB: number;
}

const KOMODO_FAMILY = new Set(["komodod", "verusd", "marmarad", "tokeld"]);

/**
 * The defaults for a daemon of this name. User and home of the Komodo family are those of the kmdplatform images
 * (docs/internals/domain.md, the images of 2018). For other daemons they are a guess, and the stack's config states
 * what its image needs instead.
 */
export function daemonDefaults(daemon: string): DaemonDefaults {
  const komodo = KOMODO_FAMILY.has(daemon);
  return {
    command: [daemon],
    user: komodo ? "3003:3003" : "1000:1000",
    home: komodo ? "/home/komodo" : `/home/${daemon.replace(/d$/, "")}`,
    flags: ["-printtoconsole"],
    takesPublicKey: komodo,
    memoryMiB: 4096,
  };
}

/** Seconds that the slowest chain's daemon may take from SIGTERM to its end. */
export const LONGEST_GRACE_SECONDS = 1800;

/**
 * Seconds from SIGTERM to SIGKILL. A daemon writes its caches before it ends (docs/internals/domain.md, a daemon that
 * starts or ends). KMD and LTC have the largest ones.
 */
export function graceSeconds(symbol: string): number {
  return symbol === "KMD" || symbol === "LTC" ? LONGEST_GRACE_SECONDS : 930;
}
