import { messageOf } from "../../input/messageOf";
import { type RunningStack, withRunningStack } from "../running/open";
import type { Target } from "../running/targets";
import { printRows } from "../table";
import { tellProgress, untilInterrupted } from "../terminal";
import { backupDaemons, type Kept, type Manner } from "./backup";
import { type Listed, listBackups, staleness } from "./list";
import { callSidecar } from "./sidecar";
import { keepStackFiles, stackFiles } from "./stackFiles";
import { daemonsOf } from "./targets";

export interface BackupRequest {
  readonly stack?: string | undefined;
  readonly node?: string | undefined;
  readonly stopped?: boolean | undefined;
  readonly withBlocks?: boolean | undefined;
  readonly list?: boolean | undefined;
  readonly check?: boolean | undefined;
  readonly json?: boolean | undefined;
}

/**
 * Makes, lists or checks backups, and prints what came of it.
 * @returns whether all that was asked for is kept
 */
export function runBackup(names: readonly string[], request: BackupRequest): Promise<boolean> {
  const { signal } = untilInterrupted();
  return withRunningStack(request.stack, async (running) => {
    const targets = daemonsOf(names, running.stack, request);
    if (request.list === true) return list(targets, running, request.json === true, signal);
    if (request.check === true) return check(targets, running, signal);
    const manner: Manner =
      request.withBlocks === true ? "all" : request.stopped === true ? "stopped" : "running";
    const tell = tellProgress();
    const kept = await backupDaemons(targets, manner, running.operations, { signal, tell });
    const isStackKept = names.length > 0 || (await keepStack(running, kept, signal));
    return isStackKept && kept.every(({ problem }) => problem === undefined);
  });
}

/** Hands the stack's files to the first container that could keep a wallet. */
async function keepStack(
  { name, stack, operations }: RunningStack,
  kept: readonly Kept[],
  signal: AbortSignal,
): Promise<boolean> {
  const carrier = kept.find(({ problem }) => problem === undefined)?.target;
  const tell = tellProgress();
  if (carrier === undefined) {
    tell(`the files of stack ${name} are not kept, because no wallet could be`, true);
    return false;
  }
  try {
    const files = await stackFiles(name, stack.files);
    await keepStackFiles(operations, carrier, name, files, signal);
    tell(`stack ${name}: ${files.map((file) => file.name).join(", ")} are kept`, true);
    return true;
  } catch (error) {
    signal.throwIfAborted();
    tell(messageOf(error), true);
    return false;
  }
}

async function list(
  targets: readonly Target[],
  { stack, operations }: RunningStack,
  isJson: boolean,
  signal: AbortSignal,
): Promise<boolean> {
  const every = stack.backup?.every ?? 0;
  const listed = await listBackups(targets, operations, signal);
  const rows = listed.map((each) => ({ ...rowOf(each), problem: staleness(each, every) }));
  printRows(rows, isJson, ["", "last backup", "height", "balance", "with blocks", "backups", ""], (row) => [
    row.chain,
    row.last ?? "",
    String(row.backups[0]?.height ?? ""),
    String(row.backups[0]?.balance ?? ""),
    row.lastWithBlocks ?? "",
    String(row.backups.length),
    row.problem ?? "",
  ]);
  return rows.every(({ problem }) => problem === undefined);
}

function rowOf({ target, snapshots }: Listed) {
  const time = (at: Date | undefined) => at?.toISOString().replace(/\.\d+Z$/, "Z");
  return {
    chain: target.title,
    workload: target.part.workload,
    last: time(snapshots[0]?.at),
    lastWithBlocks: time(snapshots.find(({ kind }) => kind === "all")?.at),
    backups: snapshots.map(({ at, ...rest }) => ({ ...rest, at: time(at) })),
  };
}

async function check(
  targets: readonly Target[],
  { operations }: RunningStack,
  signal: AbortSignal,
): Promise<boolean> {
  const tell = tellProgress();
  let isWhole = true;
  for (const target of targets) {
    tell(`${target.title}: its repository is read`, false);
    const { code, said } = await callSidecar(operations, target, ["check"], { signal });
    isWhole &&= code === 0;
    tell(`${target.title}: ${said}`, true);
  }
  return isWhole;
}
