import { type BenchTable, medianAndFastest, ratio } from "../report";
import { median } from "../statistics";
import type { HostsTimes } from "./measure";

export function hostsTable(times: readonly HostsTimes[]): BenchTable {
  const [one] = times;
  const compared = (seconds: readonly number[], first: readonly number[] = []) =>
    ratio(median(seconds), median(first));
  return {
    title: `One notary of ${one?.chains} chains on several hosts, against stand-ins for the Docker Engine: seconds (fastest)`,
    head: [
      "hosts",
      "resources",
      "preview without changes",
      "to one host",
      "up from nothing",
      "to one host",
      "plugin processes",
      "their memory",
    ],
    rows: times.map(({ hosts, resources, previews, ups, plugins }) => [
      String(hosts),
      String(resources),
      medianAndFastest(previews),
      compared(previews, one?.previews),
      medianAndFastest(ups),
      compared(ups, one?.ups),
      String(plugins.processes),
      `${Math.round(plugins.kibibytes / 1024)} MiB`,
    ]),
  };
}
