import { z } from "zod";
import { tableText } from "../table";

const chain = z.strictObject({
  symbol: z.string(),
  node: z.string().describe("The notary or node whose backup was restored."),
  host: z.string().describe("Where it was restored."),
  backup: z
    .strictObject({
      id: z.string(),
      at: z.iso.datetime().describe("When it was made."),
      kind: z
        .enum(["wallet", "all"])
        .describe("`wallet`: the wallet alone. `all`: the chain's data as well."),
      height: z.number().optional().describe("The chain's height when it was made."),
      balance: z.number().optional().describe("The wallet's balance when it was made, in coins."),
    })
    .optional()
    .describe("The backup that was restored. It is absent if there was none to restore."),
  height: z.number().optional().describe("The height after the restore."),
  balance: z.number().optional().describe("The wallet's balance after the restore, in coins."),
  hasKey: z
    .boolean()
    .optional()
    .describe("Whether the restored wallet has the node's key. It is absent if the node has none."),
  seconds: z.number().describe("How long it took to bring, compare and start it."),
  problem: z.string().optional().describe("Why this chain would not have come back. It is absent if it did."),
});

/** What came of a drill, as `dokomodo drill --json` prints it. Docs: docs/reference/drill.schema.json. */
export const drillReport = z.strictObject({
  stack: z.string(),
  ok: z.boolean().describe("Whether every chain came back."),
  seconds: z.number().describe("How long it all took, from an empty place to daemons that were compared."),
  chains: z.array(chain),
});

export type DrillReport = z.output<typeof drillReport>;
export type DrilledChainReport = DrillReport["chains"][number];

/** A drill's report for people. */
export function drillText({ stack, ok, seconds, chains }: DrillReport): string {
  const rows = chains.map(({ symbol, node, backup, height, balance, hasKey, seconds: own, problem }) => [
    `${node}/${symbol}`,
    backup === undefined ? "" : `${backup.id} of ${backup.at.slice(0, 16)}Z`,
    backup === undefined ? "" : backup.kind === "all" ? "all data" : "wallet",
    backup?.kind === "all" ? `${height ?? "?"} of ${backup.height ?? "?"}` : "",
    backup?.kind === "all" ? `${balance ?? "?"} of ${backup.balance ?? "?"}` : "",
    hasKey === undefined ? "" : hasKey ? "there" : "MISSING",
    minutes(own),
    problem ?? "",
  ]);
  const head = ["", "backup", "restored", "height", "balance", "key", "took", ""];
  const failed = chains.filter(({ problem }) => problem !== undefined).length;
  const end = ok
    ? `Every chain of stack ${stack} came back. It took ${minutes(seconds)} in all.`
    : `${failed} of ${chains.length} chains of stack ${stack} did not come back. It took ${minutes(seconds)} in all.`;
  return `${tableText(head, rows)}\n${end}`;
}

/** @example `1 min 5 s` */
export function minutes(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
