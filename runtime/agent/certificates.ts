import { certificateFindings } from "../../readings/certificateFindings";

const DAY = 24 * 60 * 60 * 1000;

/**
 * Whole days until each certificate ends, keyed by the workload that has it. The number is negative for a certificate
 * that has ended.
 */
export function daysLeft(ends: Readonly<Record<string, string>>, now: number): Record<string, number> {
  return Object.fromEntries(
    Object.entries(ends).map(([name, end]) => [name, Math.floor((Date.parse(end) - now) / DAY)]),
  );
}

/** A warning for each certificate that has few days left. */
export function certificateWarnings(days: Readonly<Record<string, number>>): string[] {
  return certificateFindings(days).map(({ text }) => text);
}
