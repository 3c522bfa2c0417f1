import { closeSync, constants, openSync, readSync, writeSync } from "node:fs";
import type { BootClock } from "../bootClock";
import { isObject, parseJson } from "../json";
import type { LeaseTimes } from "./rules";

/** Keeps until when the process may work, by the boot clock, also when the keeper's own process ends. */
export interface Reliance {
  /** What this keeper or an earlier one of the instance has written; undefined where that is not known. */
  read(): number | undefined;
  /** Whether it could be written. */
  write(until: number): boolean;
}

/** The size of the file. The whole file is written over each time, so a renewal needs no space on a full disk. */
const BYTES = 512;

/**
 * A file in the keeper's container, where it outlives the keeper's process. It names the instance, because after a boot
 * the instance is another one.
 */
export class RelianceFile implements Reliance {
  constructor(
    private readonly path: string,
    private readonly instance: string,
  ) {}

  read(): number | undefined {
    const content = Buffer.alloc(BYTES);
    try {
      this.withFile(constants.O_RDONLY, (file) => readSync(file, content, 0, BYTES, 0));
    } catch {
      return undefined;
    }
    const kept = parseJson(content.toString("utf8").replaceAll("\0", ""));
    if (!isObject(kept) || kept["instance"] !== this.instance) return undefined;
    return typeof kept["until"] === "number" ? kept["until"] : undefined;
  }

  write(until: number): boolean {
    const text = JSON.stringify({ instance: this.instance, until });
    const content = Buffer.alloc(BYTES, " ");
    if (content.write(text) < Buffer.byteLength(text)) return false;
    try {
      const flags = constants.O_WRONLY | constants.O_CREAT;
      return this.withFile(flags, (file) => writeSync(file, content, 0, BYTES, 0)) === BYTES;
    } catch {
      return false;
    }
  }

  private withFile<T>(flags: number, use: (file: number) => T): T {
    const file = openSync(this.path, flags, 0o600);
    try {
      return use(file);
    } finally {
      closeSync(file);
    }
  }
}

/**
 * Until when a process may go on without a lease, where an earlier keeper may have put it to work. That is as long as
 * the earlier keeper relied on its lease.
 *
 * Where we do not know how long that was, it is as long as one request may take. This time is written down as well, so
 * that a keeper which starts again and again grants it only once. Where it cannot be written down it is not granted.
 */
export function graceUntil(
  reliance: Reliance,
  { relied, answerWithin }: Pick<LeaseTimes, "relied" | "answerWithin">,
  clock: BootClock,
): number {
  const now = clock.seconds();
  const kept = reliance.read();
  if (kept !== undefined) return Math.min(kept, now + relied);
  const until = now + answerWithin;
  return reliance.write(until) ? until : now;
}
