const DAY = 24 * 60 * 60 * 1000;
/** `up` renews a certificate a year before its end. Fewer days are left only where nobody has run it for long. */
const FEW_DAYS = 60;

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
  const few = Object.entries(days).filter(([, left]) => left < FEW_DAYS);
  return few.map(([name, left]) => {
    const ends = left < 0 ? "has ended, so its links do not work" : `ends in ${left} days`;
    return `the certificate of ${name} ${ends}; \`pulumi up\` renews it`;
  });
}
