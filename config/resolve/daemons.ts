import type { Chain } from "../../chains/chain";
import { type DaemonTable, daemonDefaults } from "../../chains/daemons";
import type { Backup } from "../../notary/backup";
import type { Daemon, Iguana, ResourceRequests } from "../../notary/types";
import { isCopyOf } from "../../platforms/imageReference";
import type { DaemonSettings } from "../schema/daemon";
import type { IguanaSettings, OwnIguanaSettings } from "../schema/iguana";
import type { DpowNetwork } from "../schema/network";
import type { DiskGuardSettings } from "../schema/stack";

/** What the stack's config says of all daemons, or of one. */
export interface DaemonSurroundings {
  /** The size that the settings of the chain's platform state for its volume. */
  readonly storageGiB?: number | undefined;
  readonly diskGuard?: DiskGuardSettings | undefined;
  readonly backup?: Backup | undefined;
}

/**
 * Resolves a chain's daemon. The chain's own image goes before the stack's config, and that goes before the defaults.
 * @param listed the key `daemons` of the list of chains
 */
export function resolveDaemon(
  chain: Chain,
  listed: DaemonTable,
  settings: DaemonSettings = {},
  { storageGiB, diskGuard, backup }: DaemonSurroundings = {},
): Daemon {
  const defaults = daemonDefaults(chain.daemon, listed);
  const image = chain.image ?? settings.image ?? defaults.image ?? "";
  return {
    image,
    command: settings.command ?? (isCopyOf(image, defaults.image) ? defaults.command : [chain.daemon]),
    user: settings.user ?? defaults.user,
    home: settings.home ?? defaults.home,
    flags: settings.flags ?? defaults.flags,
    takesPublicKey: defaults.takesPublicKey,
    needsExportDirectory: defaults.needsExportDirectory,
    backup,
    memoryMiB: settings.memory ?? defaults.memoryMiB,
    downloads: settings.downloads ?? defaults.downloads,
    requests: resolveRequests(settings.requests),
    scratch: settings.scratch,
    storageGiB: storageGiB ?? settings.storage,
    diskGuard: resolveDiskGuard(diskGuard),
  };
}

/** Limits that a config states are taken as they are, also on a small disk. */
function resolveDiskGuard(settings: DiskGuardSettings | undefined): Daemon["diskGuard"] {
  if (settings === undefined || settings === "none") return settings;
  return { stopBelowMiB: settings.stopBelow, startAboveMiB: settings.startAbove };
}

function resolveRequests(requests: DaemonSettings["requests"]): ResourceRequests | undefined {
  return requests && { cpu: requests.cpu, memoryMiB: requests.memory };
}

/**
 * Resolves a notary's Iguana. What the notary says of its own goes before what the stack says of all, and that before
 * what the notary's dPoW network says. An image that nobody states is empty, and checkImages reports it.
 */
export function resolveIguana(
  all: IguanaSettings,
  own: OwnIguanaSettings,
  network: DpowNetwork | undefined,
): Iguana {
  const home = own.home ?? all.home;
  return {
    image: own.image ?? all.image ?? "",
    command: own.command ?? all.command ?? ["iguana", network?.argument ?? "notary"],
    user: own.user ?? all.user,
    home,
    directory: own.directory ?? all.directory ?? home,
    rpcPort: own.rpcPort ?? all.rpcPort ?? network?.rpcPort ?? 7776,
    busPort: own.busPort ?? all.busPort ?? network?.busPort ?? 7775,
    memoryMiB: own.memory ?? all.memory,
    requests: resolveRequests(own.requests ?? all.requests),
    listenToAll: own.listenToAll ?? all.listenToAll,
    elected: own.elected ?? all.elected ?? network,
  };
}
