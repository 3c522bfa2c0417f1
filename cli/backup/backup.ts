import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../../input/messageOf";
import { inLanes } from "../../platforms/inLanes";
import type { Operations } from "../../platforms/operations";
import type { Target } from "../running/targets";
import type { Tell } from "../terminal";
import { callSidecar, outputOf, type SidecarAnswer } from "./sidecar";

/** How a daemon's backup is made. */
export type Manner =
  /** The daemon copies its wallet while it runs. */
  | "running"
  /** The daemon is stopped cleanly, and its wallet is read. */
  | "stopped"
  /** The daemon is stopped cleanly, and all of its data is read. */
  | "all";

export interface BackupOptions {
  readonly signal: AbortSignal;
  /** Says what happens; `isDone` ends the step of one daemon. */
  readonly tell: Tell;
}

/** What came of the backup of one daemon. */
export interface Kept {
  readonly target: Target;
  /** Why there is none; absent if it was made. */
  readonly problem?: string | undefined;
}

/** So many daemons copy their wallets at the same time. One that has to stop does so alone. */
const AT_ONCE = 4;

/** Makes a backup of each daemon. One that fails keeps no other one from being made. */
export async function backupDaemons(
  targets: readonly Target[],
  manner: Manner,
  operations: Operations,
  { signal, tell }: BackupOptions,
): Promise<Kept[]> {
  const kept: Kept[] = [];
  await inLanes(manner === "running" ? AT_ONCE : 1, targets, async (target) => {
    if (signal.aborted) return;
    tell(`${target.title}: is kept`, false);
    const problem = await problemOf(() => backupDaemon(target, manner, operations, { signal, tell }));
    kept.push({ target, problem });
    tell(`${target.title}: ${problem ?? "is kept"}`, true);
  });
  signal.throwIfAborted();
  return targets.flatMap((target) => kept.filter((each) => each.target === target));
}

async function problemOf(make: () => Promise<SidecarAnswer>): Promise<string | undefined> {
  try {
    outputOf(await make());
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

function backupDaemon(
  target: Target,
  manner: Manner,
  operations: Operations,
  options: BackupOptions,
): Promise<SidecarAnswer> {
  if (manner === "running") {
    const { signal, tell } = options;
    const onLine = (line: string) => tell(`${target.title}: ${line}`, false);
    return callSidecar(operations, target, ["now"], { signal, onLine });
  }
  return backupStopped(target, manner === "all" ? "all" : "wallet", operations, options);
}

/**
 * The entry point holds the daemon at its next start, and the script reads the files then. On some platforms the script's own
 * container is made anew with the daemon's, so these are three calls.
 */
async function backupStopped(
  target: Target,
  what: "wallet" | "all",
  operations: Operations,
  { signal, tell }: BackupOptions,
): Promise<SidecarAnswer> {
  const { title, container } = target;
  const asked = await callSidecar(operations, target, ["ask"], { signal });
  if (asked.code !== 0) return asked;
  try {
    const onWaiting = (seconds: number) =>
      tell(`${title}: ends and writes what it holds, ${seconds} s`, false);
    const { code } = await operations.restart(container, { signal, onWaiting });
    // One that did not run has written all that it had when it ended.
    if (code !== undefined && code !== 0)
      throw new Error(`it ended with exit code ${code}, so its files may not be whole; nothing was kept`);
    tell(`${title}: is stopped, and its files are read`, false);
    return await untilCalled(() => callSidecar(operations, target, ["held", what], { signal }), signal);
  } catch (error) {
    // The daemon starts by itself, if this does not reach it.
    await callSidecar(operations, target, ["release"]).catch(() => {});
    throw error;
  }
}

/** A container that was made anew takes a moment until it can be called. */
const CALLED_SECONDS = 100;

async function untilCalled(call: () => Promise<SidecarAnswer>, signal: AbortSignal): Promise<SidecarAnswer> {
  const begin = Date.now();
  for (;;) {
    try {
      return await call();
    } catch (error) {
      signal.throwIfAborted();
      if (Date.now() - begin > CALLED_SECONDS * 1000) throw error;
      await sleep(500, undefined, { signal });
    }
  }
}
