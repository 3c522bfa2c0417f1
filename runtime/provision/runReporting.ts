import { ConfigurationError } from "../programFile";
import type { ReportLine } from "./report";

/** Writes a line of a report to standard output. */
export function write(line: ReportLine): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/**
 * Runs a program that reports to its standard output.
 * @param main resolves to the exit code. If it rejects, the reason is reported, with 64 for a wrong plan and else 1
 */
export function runReporting(main: (args: readonly string[]) => Promise<number>): void {
  // Nobody reads on. The work is worth finishing all the same.
  process.stdout.on("error", () => undefined);
  main(process.argv.slice(2)).then(
    (code) => {
      process.exitCode = code;
    },
    (error: unknown) => {
      write({ failed: [error instanceof Error ? error.message : String(error)] });
      process.exitCode = error instanceof ConfigurationError ? 64 : 1;
    },
  );
}
