/** How a daemon is run where the stack's config says nothing else. */
export interface DaemonDefaults {
  readonly command: readonly string[];
  /** `uid:gid`; never root. */
  readonly user: string;
  /** Home directory in the image; the confs and the data lie under it. */
  readonly home: string;
  readonly flags: readonly string[];
  /** Whether the daemon takes `-pubkey=<66 hex>`, as the Komodo family does (docs/internals/domain.md, -pubkey). */
  readonly takesPublicKey: boolean;
  readonly memoryMiB: number;
}

const KOMODO_FAMILY = new Set(["komodod", "verusd", "marmarad", "tokeld"]);

/**
 * Defaults by the daemon's name. The user and home of komodod are those of the kmdplatform images
 * (docs/internals/domain.md, the images of 2018); of any other daemon they are a guess that the stack's config
 * corrects for the image it names.
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

/** The longest that any chain's daemon may take from SIGTERM to its end, in seconds. */
export const LONGEST_GRACE_SECONDS = 1800;

/** Seconds from SIGTERM to SIGKILL: the two chains with large caches take longest to write them. */
export function graceSeconds(symbol: string): number {
  return symbol === "KMD" || symbol === "LTC" ? LONGEST_GRACE_SECONDS : 930;
}
