import { messageOf } from "../../input/messageOf";
import type { Operations } from "../../platforms/operations";
import { power } from "../running/power";
import type { Target } from "../running/targets";
import type { BackupOptions } from "./backup";
import { mustCallSidecar } from "./sidecar";
import type { Snapshot } from "./snapshots";

/** A daemon, and what it is to have of a backup. A backup of all data has the wallet as well. */
export interface Restoration {
  readonly target: Target;
  readonly snapshot: Snapshot;
  readonly what: Snapshot["kind"];
}

/**
 * Brings backups into the volumes of daemons that run, and then restarts each. Nothing of a daemon is touched before its
 * backup is there and was compared. Rejects at the first that fails, and says which have not been restored.
 */
export async function restoreDaemons(
  restorations: readonly Restoration[],
  operations: Operations,
  { signal, tell }: BackupOptions,
): Promise<void> {
  for (const [index, { target, snapshot, what }] of restorations.entries()) {
    const { title } = target;
    const { id } = snapshot;
    tell(`${title}: the backup ${id} is brought to its volume`, false);
    const onLine = (line: string) => tell(`${title}: ${line}`, false);
    try {
      await mustCallSidecar(operations, target, ["fetch", id, what], { signal, onLine });
    } catch (error) {
      const left = restorations.slice(index).map((each) => each.target.title);
      throw new Error(`${title}: ${messageOf(error)}\nNot restored: ${left.join(", ")}.`);
    }
    await power("restart", [target], operations, { signal, tell });
    tell(
      `${title}: has the ${what === "all" ? "data" : "wallet"} of ${snapshot.at.toISOString()} (${id})`,
      true,
    );
  }
}
