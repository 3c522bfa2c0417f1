/** When a daemon is stopped because its disk is nearly full, and when it may start. */
export interface DiskGuard {
  /** Free MiB of the disk that has the daemon's volume. The daemon is stopped when there are fewer. */
  readonly stopBelowMiB: number;
  /** A daemon starts where so many MiB are free, or more. It is more than `stopBelowMiB`. */
  readonly startAboveMiB: number;
  /** Shares of the disk in percent that the two limits never exceed, for small disks; no such shares if absent. */
  readonly atMostPercent?: { readonly stop: number; readonly start: number } | undefined;
}

/**
 * The guard of a daemon for which nothing else is stated. A daemon that is told to stop writes its caches first, which
 * have up to 450 MiB (docs/internals/domain.md, a daemon that starts or ends), and the guard may look some seconds late
 * on a disk that fills with 100 MB/s. So 1 GiB is kept. The second limit is as much above the first, so that nothing
 * stops again at once. On disks of less than 10 GiB, such as small claims, both would be too much.
 */
export const DEFAULT_DISK_GUARD = {
  stopBelowMiB: 1024,
  startAboveMiB: 2048,
  atMostPercent: { stop: 10, start: 20 },
} satisfies DiskGuard;
