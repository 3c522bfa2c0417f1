import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { type DaemonValues, daemonShape } from "./list/daemonShape";

/** A file that a daemon needs before it starts, and that is fetched. */
export interface Download {
  /** Relative to the daemon's home: `.zcash-params/sapling-spend.params`. */
  readonly path: string;
  /** 64 hex digits, in lower case. */
  readonly sha256: string;
  readonly bytes: number;
  /** URLs, in the order in which they are tried. */
  readonly sources: readonly string[];
}

/** The form of a daemon's blocks and transactions. */
export type BlockForm = "zcash" | "bitcoin";

/** How a daemon is run if the stack's config says nothing else. */
export interface DaemonDefaults {
  /** The image that is known to have the daemon; absent if none is. */
  readonly image?: string | undefined;
  /** Entry point and first arguments in that image. The flags follow them. */
  readonly command: readonly string[];
  /** `uid` or `uid:gid`; never root. */
  readonly user: string;
  /** Absolute path of the user's home. The confs and the data are under it. The image need not have it. */
  readonly home: string;
  /** Flags for every chain of this daemon. They come before the chain's own. */
  readonly flags: readonly string[];
  /** Whether the daemon takes `-pubkey=<66 hex>`, as the Komodo family does (docs/internals/domain.md, -pubkey). */
  readonly takesPublicKey: boolean;
  /**
   * Whether the daemon copies its wallet only into the directory of `-exportdir`, as Zcash's descendants do
   * (docs/internals/domain.md, backupwallet).
   */
  readonly needsExportDirectory: boolean;
  readonly blocks: BlockForm;
  readonly memoryMiB: number;
  /** What the daemon needs before it starts. */
  readonly downloads: readonly Download[];
}

/** The daemons of chains/daemons.yaml, keyed by name. */
export type DaemonTable = Readonly<Record<string, DaemonValues>>;

let known: DaemonTable | undefined;

/** What chains/daemons.yaml says. It is read once. */
function knownDaemons(): DaemonTable {
  known ??= z
    .strictObject({ daemons: z.record(z.string(), daemonShape) })
    .parse(parse(readFileSync(join(__dirname, "daemons.yaml"), "utf8"), { merge: true })).daemons;
  return known;
}

/**
 * The defaults for a daemon of this name: what the list of chains says of it, and then chains/daemons.yaml.
 * @param listed the key `daemons` of the list of chains
 */
export function daemonDefaults(daemon: string, listed: DaemonTable = {}): DaemonDefaults {
  const stated: DaemonValues = { ...knownDaemons()[daemon], ...listed[daemon] };
  return {
    image: stated.image,
    command: stated.command ?? [daemon],
    user: stated.user ?? "1000:1000",
    home: stated.home ?? `/home/${daemon.replace(/d$/, "")}`,
    flags: stated.flags ?? ["-printtoconsole"],
    takesPublicKey: stated.publicKey ?? false,
    needsExportDirectory: stated.exportDirectory ?? false,
    blocks: stated.blocks ?? "bitcoin",
    memoryMiB: stated.memory ?? 4096,
    downloads: stated.downloads ?? [],
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
