import type { BenchTable } from "../report";
import { median } from "../statistics";
import { type ImportTimes, LOADS } from "./measure";

export function importsTable(times: readonly ImportTimes[]): BenchTable {
  const without = times.find(({ load }) => load === "nothing");
  return {
    title:
      "What a program on Docker pays for Kubernetes: Node loads the SDKs and does nothing else, in turns",
    head: ["part of the Kubernetes SDK", "ms", "ms more", "MiB"],
    rows: times.map(({ load, seconds, kibibytes }) => [
      LOADS[load],
      (median(seconds) * 1000).toFixed(0),
      ((median(seconds) - median(without?.seconds ?? [])) * 1000).toFixed(0),
      (median(kibibytes) / 1024).toFixed(0),
    ]),
  };
}
