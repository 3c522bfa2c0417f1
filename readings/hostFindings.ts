import { type Finding, judged } from "./finding";
import { AMPLE_BYTES, THRESHOLDS, type Thresholds } from "./thresholds";
import { bytesText, durationText, shareText } from "./wording";

/** What is known of a host. A platform's look has it in this shape (platforms/operations.ts, SeenHost). */
export interface HostReading {
  /** Why nothing can be seen of it. */
  readonly problem?: string | undefined;
  readonly memory?: { readonly totalBytes: number; readonly availableBytes?: number | undefined } | undefined;
  readonly disk?: { readonly totalBytes: number; readonly freeBytes: number } | undefined;
  readonly clockAheadSeconds?: number | undefined;
  readonly cores?: number | undefined;
  readonly load?: number | undefined;
  readonly complaints?: readonly string[] | undefined;
}

/**
 * What is not as it should be with a host.
 * @param placedMemoryBytes memory that everything on it may use, by its limits; undefined if something has no limit
 */
export function hostFindings(
  host: HostReading,
  placedMemoryBytes: number | undefined,
  thresholds: Thresholds = THRESHOLDS,
): Finding[] {
  if (host.problem !== undefined) return [{ of: "host", level: "bad", text: host.problem }];
  return [
    ...diskFindings(host, thresholds),
    ...memoryFindings(host, placedMemoryBytes, thresholds),
    ...judged("clock", Math.abs(host.clockAheadSeconds ?? 0), thresholds.clock, (seconds) => {
      const way = (host.clockAheadSeconds ?? 0) > 0 ? "ahead of" : "behind";
      return `its clock is ${durationText(seconds)} ${way} this machine's; it should be less than ${thresholds.clock.doubtful} s (is a time service running on both?)`;
    }),
    ...loadFindings(host, thresholds),
    ...(host.complaints ?? []).map((complaint): Finding => {
      return { of: "complaint", level: "doubtful", text: `the platform complains: ${complaint}` };
    }),
  ];
}

function diskFindings({ disk }: HostReading, thresholds: Thresholds): Finding[] {
  if (disk === undefined) return [];
  const { totalBytes, freeBytes } = disk;
  const share = totalBytes > 0 ? freeBytes / totalBytes : undefined;
  const found = [
    ...judged("diskFreeBytes", freeBytes, thresholds.diskFreeBytes, (free) => {
      return `${bytesText(free)} of its disk's ${bytesText(totalBytes)} are free; it should be more than ${bytesText(thresholds.diskFreeBytes.doubtful)}`;
    }),
    ...judged(
      "diskFreeShare",
      freeBytes >= AMPLE_BYTES ? undefined : share,
      thresholds.diskFreeShare,
      (value) => {
        return `${shareText(value)} of its disk is free (${bytesText(freeBytes)}); it should be more than ${shareText(thresholds.diskFreeShare.doubtful)}`;
      },
    ),
  ];
  // The two say the same. The worse one is said.
  return found.sort((one, other) => Number(other.level === "bad") - Number(one.level === "bad")).slice(0, 1);
}

function memoryFindings(
  { memory }: HostReading,
  placed: number | undefined,
  thresholds: Thresholds,
): Finding[] {
  if (memory === undefined || memory.totalBytes <= 0) return [];
  const { totalBytes, availableBytes } = memory;
  return [
    ...judged(
      "memoryPlaced",
      placed === undefined ? undefined : placed / totalBytes,
      thresholds.memoryPlaced,
      (share) => {
        return `what is placed on it may use ${bytesText(share * totalBytes)} of its ${bytesText(totalBytes)} of memory; it should be less than ${shareText(thresholds.memoryPlaced.doubtful)}`;
      },
    ),
    ...judged(
      "memoryFreeShare",
      availableBytes === undefined ? undefined : availableBytes / totalBytes,
      thresholds.memoryFreeShare,
      (share) => {
        return `${bytesText(share * totalBytes)} of its ${bytesText(totalBytes)} of memory are available; it should be more than ${shareText(thresholds.memoryFreeShare.doubtful)}`;
      },
    ),
  ];
}

function loadFindings({ load, cores }: HostReading, thresholds: Thresholds): Finding[] {
  if (load === undefined || cores === undefined || cores <= 0) return [];
  return judged("load", load / cores, thresholds.load, (perCore) => {
    return `its load is ${Math.round(load * 10) / 10} with ${cores} cores (${Math.round(perCore * 10) / 10} for each); it should be less than ${thresholds.load.doubtful} for each`;
  });
}
