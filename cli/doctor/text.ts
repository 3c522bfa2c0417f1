import type { Paint } from "../status/table";
import type { CheckResult } from "./check";

/** The checks of one chain. */
export interface Diagnosis {
  readonly title: string;
  readonly checks: readonly CheckResult[];
}

const SIGNS = { good: "ok", doubtful: "LOOK", bad: "BAD", skipped: "-" } as const;

/** Whether something is wrong with the chain. */
export function isIll({ checks }: Diagnosis): boolean {
  return checks.some(({ level }) => level === "bad" || level === "doubtful");
}

/**
 * The diagnoses as text. Chains with nothing wrong are one line together, unless `isWhole` asks for all of their checks.
 */
export function diagnosisText(diagnoses: readonly Diagnosis[], isWhole: boolean, paint: Paint): string {
  const shown = diagnoses.filter((each) => isWhole || isIll(each));
  const well = diagnoses.filter((each) => !shown.includes(each)).map(({ title }) => title);
  const blocks = shown.map(({ title, checks }) =>
    [title, ...checks.flatMap((check) => lines(check, paint))].join("\n"),
  );
  const healthy = well.length === 0 ? [] : [`Nothing is wrong with ${well.join(", ")}.`];
  return [...blocks, ...healthy].join("\n\n");
}

function lines({ check, level, seen, mend }: CheckResult, paint: Paint): string[] {
  const line = `  ${SIGNS[level].padEnd(4)}  ${check.padEnd(10)}  ${seen}`;
  const painted = level === "skipped" ? line : paint(level, line);
  return mend === undefined ? [painted] : [painted, `                    ${mend}`];
}
