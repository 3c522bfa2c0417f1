import Table from "cli-table3";
import type { Finding, Level } from "../../readings/finding";
import { bytesText } from "../../readings/wording";
import type { ChainStatus, HostStatus, IguanaStatus, StatusReport } from "./report";

/** Colours a text for a level. */
export type Paint = (level: Level, text: string) => string;

/** A table's column: its head, and what it shows of a row; undefined if there is nothing. */
interface Column<Row> {
  readonly head: string;
  readonly show: (row: Row) => string | number | undefined;
}

/** The report as text for a terminal: hosts, Iguanas and chains as tables, and below each what is wrong. */
export function statusText(report: StatusReport, paint: Paint): string {
  const { hosts, iguanas, chains, others, problems } = report;
  const several = new Set([...chains, ...iguanas].map(({ node }) => node)).size > 1;
  const node = { head: "of", show: (row: { readonly node: string }) => (several ? row.node : undefined) };
  const parts = [
    drawn(hosts, HOST_COLUMNS, paint),
    drawn(iguanas, [node, ...IGUANA_COLUMNS], paint),
    drawn(chains, [node, ...CHAIN_COLUMNS], paint),
    told(report, several, paint),
    problems.map((problem) => paint("doubtful", problem)).join("\n"),
  ];
  const wrong = [...hosts, ...iguanas, ...chains, ...others].some(({ findings }) => findings.length > 0);
  const end = wrong || problems.length > 0 ? [] : [`Stack ${report.stack}: nothing is wrong.`];
  return [...parts.filter((part) => part !== ""), ...end].join("\n");
}

const HOST_COLUMNS: readonly Column<HostStatus>[] = [
  { head: "host", show: ({ name }) => name },
  {
    head: "memory free",
    show: ({ memory }) => memory && shareText(memory.availableBytes, memory.totalBytes),
  },
  { head: "placed", show: ({ plannedMemoryBytes }) => bytesText(plannedMemoryBytes) },
  { head: "disk free", show: ({ disk }) => disk && shareText(disk.freeBytes, disk.totalBytes) },
  {
    head: "clock",
    show: ({ clockAheadSeconds: ahead }) =>
      ahead === undefined
        ? undefined
        : Math.abs(ahead) < 1
          ? "right"
          : `${ahead > 0 ? "+" : ""}${Math.round(ahead)} s`,
  },
  { head: "runs", show: ({ version }) => version },
];

const IGUANA_COLUMNS: readonly Column<IguanaStatus>[] = [
  { head: "Iguana", show: ({ host }) => host },
  { head: "state", show: ({ state }) => state },
  {
    head: "lease",
    show: ({ lease, leaseSeconds }) =>
      lease === undefined
        ? undefined
        : leaseSeconds === undefined
          ? lease
          : `${lease}, ${Math.floor(leaseSeconds)} s`,
  },
  {
    head: "chains",
    show: ({ chains, notarised }) => (chains === undefined ? undefined : `${chains}, ${notarised} notarised`),
  },
  ...endColumns<IguanaStatus>(),
];

const CHAIN_COLUMNS: readonly Column<ChainStatus>[] = [
  { head: "chain", show: ({ symbol }) => symbol },
  { head: "host", show: ({ host }) => host ?? "external" },
  { head: "state", show: ({ state }) => state },
  { head: "height", show: ({ height }) => height },
  { head: "lag", show: ({ lag }) => lag },
  { head: "peers", show: ({ peers }) => peers },
  { head: "balance", show: ({ balance }) => balance },
  { head: "UTXOs", show: ({ utxos }) => utxos },
  { head: "notarised", show: ({ lastNotarisation }) => lastNotarisation },
  ...endColumns<ChainStatus>(),
  { head: "disk", show: ({ sizeOnDisk }) => sizeOnDisk && bytesText(sizeOnDisk) },
  { head: "version", show: ({ version }) => version?.replaceAll("/", "") },
];

function endColumns<Row extends Pick<ChainStatus, "restarts" | "lastExit">>(): Column<Row>[] {
  return [
    { head: "restarts", show: ({ restarts }) => restarts },
    {
      head: "last exit",
      show: ({ lastExit }) => lastExit && (lastExit.outOfMemory ? `${lastExit.code}, memory` : lastExit.code),
    },
  ];
}

/** A table without the columns in which no row has anything. */
function drawn<Row extends { readonly level: Level }>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  paint: Paint,
): string {
  if (rows.length === 0) return "";
  const used = columns.filter(({ show }) => rows.some((row) => show(row) !== undefined));
  const table = new Table({
    head: used.map(({ head }) => head),
    style: { head: [], border: [], compact: true },
  });
  for (const row of rows) table.push(used.map(({ show }) => paint(row.level, String(show(row) ?? ""))));
  return table.toString();
}

function shareText(free: number | undefined, total: number): string {
  return free === undefined ? `of ${bytesText(total)}` : `${bytesText(free)} of ${bytesText(total)}`;
}

/** One line for each finding, worst first. */
function told({ hosts, iguanas, chains, others }: StatusReport, several: boolean, paint: Paint): string {
  const named = (node: string, name: string) => (several ? `${node}/${name}` : name);
  const lines = [
    ...hosts.map(({ name, findings }) => ({ name, findings })),
    ...iguanas.map(({ node, findings }) => ({ name: named(node, "iguana"), findings })),
    ...chains.map(({ node, symbol, findings }) => ({ name: named(node, symbol), findings })),
    ...others,
  ].flatMap(({ name, findings }) => findings.map((finding) => ({ name, ...finding })));
  const rank = ({ level }: Finding) => (level === "bad" ? 0 : 1);
  return lines
    .sort((one, other) => rank(one) - rank(other))
    .map(({ name, level, text }) => paint(level, `${name}: ${text}`))
    .join("\n");
}
