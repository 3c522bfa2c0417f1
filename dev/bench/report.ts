import Table from "cli-table3";
import type { Alone } from "./alone/measure";
import { BARE, DEFAULTS, DOKOMODO, type ProgramTimes } from "./programs";
import type { Compared } from "./rpc/compare";
import { mean, median, quantile } from "./statistics";

/** A table of the bench, printed for the screen and as markdown for docs/performance.md. */
export interface BenchTable {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export function programTable(times: readonly ProgramTimes[]): BenchTable {
  const own = times.filter(({ program }) => program === DOKOMODO);
  const row = (what: string, chains: number, seconds: (time: ProgramTimes) => readonly number[]) => {
    const [dokomodo = [], bare = [], defaults = []] = [DOKOMODO, BARE, DEFAULTS].map((name) =>
      times.filter((time) => time.program === name && time.chains === chains).flatMap(seconds),
    );
    return [
      `${what}, ${chains} chains`,
      ...[dokomodo, bare, defaults].map(medianAndFastest),
      ratio(median(dokomodo), median(bare)),
      ratio(median(dokomodo), median(defaults)),
    ];
  };
  return {
    title:
      "Program, engine and plugins against a stand-in for the Docker Engine that answers at once: seconds (fastest)",
    head: ["", DOKOMODO, BARE, DEFAULTS, "to bare (goal 1.2)", "to defaults (goal < 1)"],
    rows: [
      ...own.map(({ chains }) => row("preview without changes", chains, ({ previews }) => previews)),
      ...own.map((time) => row(upName(time), time.chains, ({ up }) => [up])),
    ],
  };
}

/** Median of several runs, with the fastest in brackets. A single run is shown alone. */
export function medianAndFastest(seconds: readonly number[]): string {
  const middle = median(seconds).toFixed(1);
  return seconds.length === 1 ? middle : `${middle} (${Math.min(...seconds).toFixed(1)})`;
}

function upName({ checkpoints }: ProgramTimes): string {
  return checkpoints ? "up from nothing" : "up from nothing without checkpoints";
}

export function sizeTable(times: readonly ProgramTimes[]): BenchTable {
  return {
    title: "What these programs leave in the state",
    head: ["program", "chains", "resources", "MB"],
    rows: times.map(({ program, chains, resources, stateMegabytes }) => {
      return [program, String(chains), String(resources), stateMegabytes.toFixed(1)];
    }),
  };
}

export function aloneTable(runs: readonly (Alone & { readonly stackTraces: boolean })[]): BenchTable {
  return {
    title: "The program alone, under Pulumi's mocks",
    head: ["containers", "resources", "stack traces", "seconds", "peak memory"],
    rows: runs.map(({ containers, resources, stackTraces, seconds, peak }) => [
      String(containers),
      String(resources),
      stackTraces ? "as Pulumi has them" : "off",
      seconds.toFixed(1),
      `${Math.round(peak / 1024)} MiB`,
    ]),
  };
}

export function rpcTable(compared: readonly Compared[]): BenchTable {
  return {
    title: "RPC to litecoind with a new connection per call, milliseconds as mean / median / 99 %",
    head: comparedHead("through both proxies"),
    rows: compared.map((one) => comparedRow(one, [0.5, 0.99])),
  };
}

/** Heads of the columns that `comparedRow` fills. */
export function comparedHead(bridged: string): string[] {
  return ["call", "at once", "calls", "direct", bridged, "ratio of means (goal 1.5)"];
}

/** One kind of call, with the milliseconds of both ways as mean and quantiles. */
export function comparedRow(
  { method, concurrency, direct, bridged }: Compared,
  quantiles: readonly number[],
): string[] {
  const figures = (values: readonly number[]) =>
    [mean(values), ...quantiles.map((one) => quantile(values, one))]
      .map((value) => value.toFixed(2))
      .join(" / ");
  return [
    method,
    String(concurrency),
    String(direct.length),
    figures(direct),
    figures(bridged),
    ratio(mean(bridged), mean(direct)),
  ];
}

export function ratio(one: number, other: number): string {
  return (one / other).toFixed(2);
}

export function forScreen({ title, head, rows }: BenchTable): string {
  const table = new Table({ head: [...head], style: { head: [], border: [] } });
  table.push(...rows.map((row) => [...row]));
  return `${title}\n${table.toString()}`;
}

export function forMarkdown({ title, head, rows }: BenchTable): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [`**${title}**`, "", line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
