const DAY = 24 * 60 * 60 * 1000;
/** `up` renews a certificate a year before its end, so that few are left only where nobody ran it for long. */
const FEW_DAYS = 60;

/** Whole days until each certificate ends, by whose it is; negative ones for those that have ended. */
export function daysLeft(ends: Readonly<Record<string, string>>, now: number): Record<string, number> {
  return Object.fromEntries(
    Object.entries(ends).map(([name, end]) => [name, Math.floor((Date.parse(end) - now) / DAY)]),
  );
}

/** What an operator has to know of them; empty where all last long. */
export function certificateWarnings(days: Readonly<Record<string, number>>): string[] {
  const few = Object.entries(days).filter(([, left]) => left < FEW_DAYS);
  return few.map(([name, left]) => {
    const ends = left < 0 ? "has ended, and its links with it" : `ends in ${left} days`;
    return `the certificate of ${name} ${ends}; \`pulumi up\` renews it`;
  });
}
