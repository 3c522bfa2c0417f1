import { messageOf } from "../../input/messageOf";
import { confirm } from "../confirm";
import { withRunningStack } from "../running/open";
import { tellProgress, untilInterrupted } from "../terminal";
import { listBackups } from "./list";
import { type Restoration, restoreDaemons } from "./restore";
import { chooseSnapshot } from "./snapshots";
import { daemonsOf } from "./targets";

export interface RestoreRequest {
  readonly stack?: string | undefined;
  readonly node?: string | undefined;
  readonly at?: string | undefined;
  readonly withBlocks?: boolean | undefined;
  readonly yes?: boolean | undefined;
}

/** The name that stands for every chain. */
const ALL = "all";

/** Restores daemons, after a question. Rejects with all that is wrong with their backups before anything is touched. */
export function runRestore(names: readonly string[], request: RestoreRequest): Promise<void> {
  const { signal } = untilInterrupted();
  return withRunningStack(request.stack, async ({ stack, operations }) => {
    const targets = daemonsOf(names.includes(ALL) ? [] : names, stack, request);
    if (request.at !== undefined && targets.length > 1)
      throw new Error("--at names a backup of one daemon; name that daemon alone");
    const what = request.withBlocks === true ? "all" : "wallet";
    const problems: string[] = [];
    const restorations: Restoration[] = [];
    for (const { target, snapshots, problem } of await listBackups(targets, operations, signal)) {
      try {
        if (problem !== undefined) throw new Error(problem);
        restorations.push({ target, snapshot: chooseSnapshot(snapshots, request.at, what), what });
      } catch (error) {
        problems.push(`${target.title}: ${messageOf(error)}`);
      }
    }
    if (problems.length > 0) throw new Error(`${problems.join("\n")}\nNothing was changed.`);
    for (const { target, snapshot } of restorations) {
      const given = what === "all" ? "all data" : "the wallet";
      process.stdout.write(
        `${target.title}: gets ${given} of ${snapshot.at.toISOString()} (${snapshot.id}), and restarts\n`,
      );
    }
    if (request.yes !== true && !(await confirm("Restore this?"))) {
      process.stdout.write("Nothing was done.\n");
      return;
    }
    await restoreDaemons(restorations, operations, { signal, tell: tellProgress() });
  });
}
