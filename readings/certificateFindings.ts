import { type Finding, judged } from "./finding";
import { THRESHOLDS, type Thresholds } from "./thresholds";
import { counted } from "./wording";

/**
 * The certificates that have ended, or do so soon.
 * @param days days that are left, keyed by the workload that has the certificate; negative if it has ended
 */
export function certificateFindings(
  days: Readonly<Record<string, number>>,
  thresholds: Thresholds = THRESHOLDS,
): Finding[] {
  return Object.entries(days).flatMap(([name, left]) =>
    judged("certificate", left, thresholds.certificate, () => {
      const ends = left < 0 ? "has ended, so its links do not work" : `ends in ${counted(left, "day")}`;
      return `the certificate of ${name} ${ends}; \`pulumi up\` renews it`;
    }),
  );
}
