import { confirm } from "../confirm";
import { withRunningStack } from "../running/open";
import { tellProgress, untilInterrupted } from "../terminal";
import { snapshotsOf } from "./list";
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
    const found = await Promise.allSettled(
      targets.map(
        async (target): Promise<Restoration> => ({
          target,
          snapshot: chooseSnapshot(await snapshotsOf(target, operations, signal), request.at, what),
          what,
        }),
      ),
    );
    const problems = found.flatMap((each, index) =>
      each.status === "rejected" ? [`${targets[index]?.title}: ${each.reason.message}`] : [],
    );
    if (problems.length > 0) throw new Error(`${problems.join("\n")}\nNothing was changed.`);
    const restorations = found.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
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
