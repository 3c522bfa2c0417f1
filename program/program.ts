import * as pulumi from "@pulumi/pulumi";
import { loadStack } from "../config/load";
import { formatProblems } from "../input/problem";
import { type Outcome, RollOut } from "../platforms/RollOut";
import { canaries } from "./canaries";
import { deploy, type StackOutputs } from "./deploy";
import { readLastRun } from "./lastRun";
import { reportMoves } from "./reportMoves";
import { openRun, type StackRun } from "./run";

/**
 * The exit code of a program that failed and has said why. The engine then finishes what was registered, deletes
 * nothing that was not, and says no more than the program did (docs/internals/pulumi.md, the exit code 32). An error in
 * the log alone would not keep it from deleting (docs/internals/pulumi.md, what is not registered is deleted).
 */
const FAILED_AND_TOLD = 32;

/**
 * The stack's program. It makes notaries and nodes out of the config and the list of chains, or fails with all that is wrong in
 * them and registers nothing.
 *
 * A preview does not contact the Docker hosts. It contacts a cluster, because the cluster's provider does so anyway. An
 * `up` skips hosts that do not answer and does all the rest. It fails then, and names these hosts and the workloads
 * that do not start. It changes nothing if an image cannot be pulled.
 */
export async function program(): Promise<StackOutputs> {
  const currentName = pulumi.getStack();
  const config = { directory: process.cwd(), stackName: currentName, values: pulumi.runtime.allConfig() };
  const loaded = loadStack(config);
  if (!loaded.ok) throw new pulumi.RunError(formatProblems(loaded.problems));
  const stack = loaded.value;
  for (const key of stack.unused) {
    await pulumi.log.warn(`${key} is not used any more; it may be taken out of the stack's config.`);
  }
  const lastRun = await readLastRun(currentName);
  // Labels and the namespace go by the first name, so a stack that is renamed keeps them.
  const run = await openRun(stack, lastRun.name ?? currentName);
  await refuseObstacles(run);
  await reportMoves(stack, run, lastRun);
  if (pulumi.runtime.isDryRun()) return deploy(stack, run, undefined, lastRun.outputs);
  try {
    const preparations = await Promise.all(run.platforms.map(({ platformRun }) => platformRun.prepare()));
    refuseMissing(preparations.flatMap(({ missing }) => missing));
    if (preparations.some(({ skipped }) => skipped.size > 0)) process.exitCode = FAILED_AND_TOLD;
    const { atOnce, canarySeconds } = stack.rollOut;
    const rollOut = new RollOut({
      atOnce,
      canaries: canaries(stack),
      canarySeconds,
      onWait: (name, isCanary) => void tellWaiting(name, isCanary ? canarySeconds : 0),
    });
    const outputs = deploy(stack, run, rollOut, lastRun.outputs);
    const outcome = await rollOut.run();
    const isRolledOut = await tellOutcome(outcome);
    const told = outcome.failures.map(({ name }) => name);
    const started = await Promise.all(run.platforms.map(({ platformRun }) => platformRun.untilStarted(told)));
    if (!isRolledOut || started.includes(false)) process.exitCode = FAILED_AND_TOLD;
    return outputs;
  } finally {
    for (const { platformRun } of run.platforms) platformRun.close();
  }
}

async function refuseObstacles({ platforms }: StackRun): Promise<void> {
  const obstacles = await Promise.all(platforms.map(({ platformRun }) => platformRun.obstacles()));
  if (obstacles.flat().length > 0) throw new pulumi.RunError(obstacles.flat().join("\n"));
}

function refuseMissing(missing: readonly string[]): void {
  if (missing.length === 0) return;
  const outcome = "Nothing was changed. Correct what is named here, and run pulumi up again.";
  throw new pulumi.RunError([...missing, outcome].join("\n"));
}

async function tellWaiting(name: string, watchSeconds: number): Promise<void> {
  const when =
    watchSeconds > 0 ? `has taken calls for ${watchSeconds} s (rollOut.canarySeconds)` : "takes calls";
  await pulumi.log.info(
    `${name} was replaced. The next workload follows when this one ${when}.`,
    undefined,
    undefined,
    true,
  );
}

/** Reports the workloads at which a roll-out stopped. Returns false if there are any. */
async function tellOutcome({ replaced, failures, left }: Outcome): Promise<boolean> {
  const others = [
    ...(replaced.length === 0 ? [] : [`Replaced before, and taking calls: ${replaced.join(", ")}.`]),
    ...(left.length === 0
      ? []
      : [
          `Left as they were: ${left.join(", ")}. Remove the cause, and run pulumi up again, which goes on with these.`,
          "To go back, give the config what it had before, and run pulumi up. `npx dokomodo rollback` does this for an image.",
        ]),
  ];
  for (const { name, why } of failures)
    await pulumi.log.error([`${name} was replaced, and ${why}.`, ...others].join("\n"));
  return failures.length === 0;
}
