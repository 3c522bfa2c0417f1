import { type BenchTable, medianAndFastest } from "../report";
import type { LookTimes, StatusTimes } from "./measure";

export function statusTable(times: readonly StatusTimes[]): BenchTable {
  const wanted = times[0]?.looks.map(({ of, way }) => ({ of, way })) ?? [];
  return {
    title: "`dokomodo status`, as the package and in a checkout: seconds (fastest); goal 2",
    head: ["hosts", "chains", ...wanted.map(({ of, way }) => `${way}, ${of}`)],
    rows: times.map(({ hosts, chains, looks }) => [String(hosts), String(chains), ...looks.map(shown)]),
  };
}

function shown({ seconds, incomplete }: LookTimes): string {
  const late = incomplete === 0 ? "" : `, ${incomplete} of ${seconds.length} incomplete`;
  return `${medianAndFastest(seconds)}${late}`;
}
