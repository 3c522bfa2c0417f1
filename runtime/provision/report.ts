import { isObject, parseJson } from "../json";

/**
 * What provision writes to its standard output: one JSON object per line. The last line is `failed` (exit code 1) or
 * `done` (exit code 0). A program that was ended by a signal has neither.
 */
export type ReportLine = ProgressLine | SaidLine | FailedLine | DoneLine;

export interface ProgressLine {
  readonly progress: Progress;
}

export interface Progress {
  /** Such as `sapling-spend.params` or `the bootstrap`. */
  readonly what: string;
  /** Bytes. */
  readonly done: number;
  /** Bytes; absent while nobody has said how many there are. */
  readonly total?: number | undefined;
}

/** Something worth telling: one sentence or more. */
export interface SaidLine {
  readonly said: string;
}

/** Everything that failed, for people. */
export interface FailedLine {
  readonly failed: readonly string[];
}

export interface DoneLine {
  readonly done: true;
}

/** Reads a line of provision's output; undefined where it is something else. */
export function parseReport(line: string): ReportLine | undefined {
  const value = parseJson(line);
  if (!isObject(value)) return undefined;
  const { progress, said, failed, done } = value;
  if (isObject(progress)) return parseProgress(progress);
  if (typeof said === "string") return { said };
  if (Array.isArray(failed) && failed.every((message) => typeof message === "string")) return { failed };
  return done === true ? { done } : undefined;
}

function parseProgress({ what, done, total }: Readonly<Record<string, unknown>>): ProgressLine | undefined {
  if (typeof what !== "string" || typeof done !== "number") return undefined;
  return { progress: { what, done, total: typeof total === "number" ? total : undefined } };
}
