import { readFileSync, statfsSync } from "node:fs";
import { cpus, loadavg } from "node:os";

/** What is known of a machine from inside a container of it. */
export interface HostValues {
  readonly memory: { readonly totalBytes: number; readonly availableBytes: number };
  /** The disk that has the engine's data, the volumes included. Absent with a Node before 18.15, which cannot ask. */
  readonly disk?: { readonly totalBytes: number; readonly freeBytes: number } | undefined;
  readonly cores: number;
  /** Processes that want to run, on average over a minute. */
  readonly load: number;
}

/** Reads the machine's values. The root of a container is on the disk that has the engine's data. */
export function readHostValues(): HostValues {
  const text = readFileSync("/proc/meminfo", "utf8");
  const bytes = (name: string) => 1024 * Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(text)?.[1]);
  const disk = typeof statfsSync === "function" ? statfsSync("/") : undefined;
  return {
    memory: { totalBytes: bytes("MemTotal"), availableBytes: bytes("MemAvailable") },
    disk: disk && { totalBytes: disk.blocks * disk.bsize, freeBytes: disk.bavail * disk.bsize },
    cores: cpus().length,
    load: loadavg()[0] ?? 0,
  };
}
