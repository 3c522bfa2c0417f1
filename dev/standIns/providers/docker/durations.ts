const units: Readonly<Record<string, number>> = { ns: 1, us: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 };

/** Reads a duration as Go's time.ParseDuration does. 1m30s is 90e9. */
export function nanoseconds(duration: string): number {
  let total = 0;
  for (const [, count, unit] of duration.matchAll(/([0-9.]+)(ns|us|ms|s|m|h)/g))
    total += Number(count) * (units[unit ?? ""] ?? 0);
  return total;
}

/**
 * Writes a duration as Go's Duration.String does. The official plugin reads a healthcheck back in this form. 60s comes back
 * as 1m0s, so a program that states 60s has a difference at every run.
 */
export function durationText(total: number): string {
  if (total === 0) return "0s";
  for (const [unit, size] of [
    ["ns", 1],
    ["µs", 1e3],
    ["ms", 1e6],
  ] as const)
    if (total < size * 1000) return `${total / size}${unit}`;
  const hours = Math.floor(total / 3600e9);
  const minutes = Math.floor((total % 3600e9) / 60e9);
  const seconds = `${(total % 60e9) / 1e9}s`;
  if (hours > 0) return `${hours}h${minutes}m${seconds}`;
  return minutes > 0 ? `${minutes}m${seconds}` : seconds;
}
