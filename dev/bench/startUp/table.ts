import type { BenchTable } from "../report";
import { median } from "../statistics";
import type { StartTimes } from "./measure";

export function startUpTable(times: readonly StartTimes[]): BenchTable {
  return {
    title: "How long a command takes that asks nobody, in a checkout",
    head: ["command", "ms", "least"],
    rows: times.map(({ run, seconds }) => [
      run,
      (median(seconds) * 1000).toFixed(0),
      (Math.min(...seconds) * 1000).toFixed(0),
    ]),
  };
}
