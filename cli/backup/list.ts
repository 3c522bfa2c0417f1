import { messageOf } from "../../input/messageOf";
import type { Operations } from "../../platforms/operations";
import type { Target } from "../running/targets";
import { callSidecar, NO_BACKUP, outputOf } from "./sidecar";
import { parseSnapshots, type Snapshot } from "./snapshots";

/** The backups of a daemon, or the reason why they cannot be read. */
export interface Listed {
  readonly target: Target;
  /** The newest comes first. */
  readonly snapshots: readonly Snapshot[];
  readonly problem?: string | undefined;
}

/** Asks for the backups of each daemon, all at the same time. */
export function listBackups(
  targets: readonly Target[],
  operations: Operations,
  signal: AbortSignal,
): Promise<Listed[]> {
  return Promise.all(
    targets.map(async (target): Promise<Listed> => {
      try {
        return { target, snapshots: await snapshotsOf(target, operations, signal) };
      } catch (error) {
        signal.throwIfAborted();
        return { target, snapshots: [], problem: messageOf(error) };
      }
    }),
  );
}

/** The backups of one daemon. Rejects if its repository cannot be read, or is another's. */
export async function snapshotsOf(
  target: Target,
  operations: Operations,
  signal: AbortSignal,
): Promise<Snapshot[]> {
  const answer = await callSidecar(operations, target, ["list"], { signal });
  return answer.code === NO_BACKUP ? [] : parseSnapshots(outputOf(answer));
}

/** Why a daemon's backups are not as the config wants them; undefined if they are. */
export function staleness(
  { snapshots, problem }: Pick<Listed, "snapshots" | "problem">,
  everySeconds: number,
  now: Date = new Date(),
): string | undefined {
  if (problem !== undefined) return problem;
  const [newest] = snapshots;
  if (newest === undefined) return "has no backup yet";
  const seconds = (now.getTime() - newest.at.getTime()) / 1000;
  // One that takes its time, or fails once, is no reason for an alarm.
  return everySeconds > 0 && seconds > 2 * everySeconds + 900
    ? `its last backup is ${hours(seconds)} old, and one is due every ${hours(everySeconds)}`
    : undefined;
}

function hours(seconds: number): string {
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}
