import type { Threshold } from "./thresholds";

/** How well something is. `doubtful`: it works now, and a person should look at it. */
export type Level = "good" | "doubtful" | "bad";

/** Something about a chain, Iguana or a host that is not as it should be. */
export interface Finding {
  /** What is read, such as `lag`. It is a key of thresholds.ts, or the name of a state. */
  readonly of: string;
  readonly level: Exclude<Level, "good">;
  /** For people, with the value and the unit: `120 blocks behind the best known height 1500`. */
  readonly text: string;
}

/** The worst level of findings; `good` if there are none. */
export function worst(findings: readonly Finding[]): Level {
  if (findings.some(({ level }) => level === "bad")) return "bad";
  return findings.length === 0 ? "good" : "doubtful";
}

/** How well a value is. A value at a bound is on its worse side. */
export function levelOf(value: number, { side, doubtful, bad }: Threshold): Level {
  const reaches = (bound: number | undefined) =>
    bound !== undefined && (side === "high" ? value >= bound : value <= bound);
  if (reaches(bad)) return "bad";
  return reaches(doubtful) ? "doubtful" : "good";
}

/** The finding of a value; none if it is good or not known. */
export function judged(
  of: string,
  value: number | undefined,
  threshold: Threshold,
  text: (value: number) => string,
): Finding[] {
  if (value === undefined || Number.isNaN(value)) return [];
  const level = levelOf(value, threshold);
  return level === "good" ? [] : [{ of, level, text: text(value) }];
}
