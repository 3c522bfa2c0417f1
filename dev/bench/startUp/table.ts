import type { BenchTable } from "../report";
import { median } from "../statistics";
import type { StartTimes } from "./measure";

export function startUpTable(times: readonly StartTimes[]): BenchTable {
  return {
    title: "How long a command takes that asks nobody: ms (least)",
    head: ["command", "the package", "a checkout"],
    rows: times.map(({ run, compiled, checkout }) => [
      run,
      medianAndLeast(compiled),
      medianAndLeast(checkout),
    ]),
  };
}

function medianAndLeast(seconds: readonly number[]): string {
  return `${(median(seconds) * 1000).toFixed(0)} (${(Math.min(...seconds) * 1000).toFixed(0)})`;
}
