import { InvalidArgumentError } from "commander";

const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** Reads a time that is a while ago: `90s`, `10m`, `2h`, `3d`, or a date and time in RFC 3339. */
export function readAge(text: string, _previous?: unknown, now: number = Date.now()): Date {
  const [, count, unit] = /^(\d{1,9})(s|m|h|d)$/.exec(text) ?? [];
  if (count !== undefined && (unit === "s" || unit === "m" || unit === "h" || unit === "d"))
    return new Date(now - Number(count) * SECONDS[unit] * 1000);
  const time = /^\d{4}-\d{2}-\d{2}([T ]\S+)?$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time))
    throw new InvalidArgumentError(
      "It is an age such as 90s, 10m, 2h or 3d, or a time such as 2026-11-29T04:00:00Z.",
    );
  return new Date(time);
}
