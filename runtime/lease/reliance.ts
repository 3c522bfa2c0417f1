import { closeSync, constants, openSync, readSync, writeSync } from "node:fs";
import type { BootClock } from "../bootClock";
import { isObject, parseJson } from "../json";
import type { LeaseTimes } from "./rules";

/** Until when Iguana may be up, by the boot clock, kept where it outlives the agent's process. */
export interface Reliance {
  /** What this or an earlier agent of the instance kept; undefined where that is not known. */
  read(): number | undefined;
  /** Whether it is kept. */
  write(until: number): boolean;
}

/** All of the file, which is written over and over, so that a full disk is in no renewal's way. */
const BYTES = 512;

/**
 * A file of the agent's container, which a restart of the container leaves as it is. It says for which instance it is,
 * for that may be another one after a boot.
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
 * Until when an Iguana that ran before this agent did may go on without a lease: as long as the agent before relied on
 * one. Where nobody knows how long that was, it is as long as one question may take; that is kept, too, so that an agent
 * which starts again and again gives that time once. Where it cannot be kept, it is not given.
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
