import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../../input/messageOf";
import type { Operations } from "../../platforms/operations";
import type { BackupOptions } from "../backup/backup";
import { snapshotsOf, staleness } from "../backup/list";
import { restoreDaemons } from "../backup/restore";
import { callSidecar } from "../backup/sidecar";
import { chooseSnapshot, numberIn, type Snapshot } from "../backup/snapshots";
import type { Target } from "../running/targets";
import type { DrilledChainReport } from "./report";

export interface DrilledDaemon {
  /** The daemon of the throw-away stack. */
  readonly target: Target;
  readonly symbol: string;
  /** The notary or node that it stands for. */
  readonly node: string;
  /** The address of that node's key; absent if it has none. */
  readonly address?: string | undefined;
}

export interface DrillOptions extends BackupOptions {
  /** What is restored. */
  readonly what: Snapshot["kind"];
  /** Seconds between two backups that the stack makes; 0 if only commands make them. */
  readonly everySeconds: number;
}

/** Restores one daemon of the throw-away stack, and compares what it has then with what its backup says. */
export async function drillDaemon(
  { target, symbol, node, address }: DrilledDaemon,
  operations: Operations,
  options: DrillOptions,
): Promise<DrilledChainReport> {
  const { signal, what, everySeconds } = options;
  const begin = Date.now();
  let found: Partial<DrilledChainReport> = {};
  let problem: string | undefined;
  try {
    const snapshots = await snapshotsOf(target, operations, signal);
    const snapshot = chooseSnapshot(snapshots, undefined, what);
    const { id, at, kind, height, balance } = snapshot;
    found = { backup: { id, at: at.toISOString(), kind, height, balance } };
    await restoreDaemons([{ target, snapshot, what }], operations, options);
    const state = await untilDescribed(target, operations, signal);
    found = { ...found, ...state };
    if (address !== undefined) {
      const { code, said } = await callSidecar(operations, target, ["owns", address], { signal });
      found = { ...found, hasKey: code === 0 };
      if (code !== 0) problem = said;
    }
    if (what === "all") problem ??= differences(snapshot, state);
    problem ??= staleness({ snapshots }, everySeconds);
  } catch (error) {
    signal.throwIfAborted();
    problem = messageOf(error);
  }
  const seconds = Math.round((Date.now() - begin) / 1000);
  return { symbol, node, host: target.part.host, ...found, seconds, problem };
}

interface Described {
  readonly height: number;
  readonly balance?: number | undefined;
}

/** Says what a daemon lacks of its backup. It may have called its peers meanwhile, and then has more blocks. */
export function differences(
  { height, balance }: Pick<Snapshot, "height" | "balance">,
  seen: Described,
): string | undefined {
  if (height === undefined) return undefined;
  if (seen.height < height)
    return `it has ${seen.height} blocks, and its backup was made at height ${height}`;
  if (seen.height > height || balance === undefined || seen.balance === balance) return undefined;
  return `its balance is ${seen.balance ?? "not known"}, and was ${balance} at the same height`;
}

/** Seconds that a daemon with many blocks may take to read their index. */
const DESCRIBED_SECONDS = 1800;

/** Waits until a daemon that takes calls has read its blocks, and says its height. */
async function untilDescribed(
  target: Target,
  operations: Operations,
  signal: AbortSignal,
): Promise<Described> {
  const begin = Date.now();
  for (;;) {
    const { output } = await callSidecar(operations, target, ["describe"], { signal });
    const [height, balance] = output.trim().split(" ").map(numberIn);
    if (height !== undefined) return { height, balance };
    if (Date.now() - begin > DESCRIBED_SECONDS * 1000)
      throw new Error(`its daemon says no height after ${DESCRIBED_SECONDS} s`);
    await sleep(1000, undefined, { signal });
  }
}
