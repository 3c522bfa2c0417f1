import "./program/stackTraces";
import * as pulumi from "@pulumi/pulumi";
import { loadStack } from "./config/load";
import { formatProblems } from "./input/problem";
import { DockerRollOut } from "./platforms/docker/rollOut";
import { type Engines, pullImages, reachEngines, readHosts } from "./platforms/docker/stack";
import { KubernetesRollOut } from "./platforms/kubernetes/rollOut";
import { checkCluster, lookAtCluster, tellStarts } from "./platforms/kubernetes/stack";
import { type Outcome, RollOut } from "./platforms/RollOut";
import { deploy } from "./program/deploy";
import { readLastRun } from "./program/lastRun";
import { reportMoves } from "./program/reportMoves";

/**
 * With this exit code the engine finishes what was registered, deletes nothing that was not, and says no more than the
 * program did (pulumi sdk/nodejs/cmd/run, nodeJSProcessExitedAfterLoggingUserActionableMessage). An error in the log
 * alone would not keep it from deleting.
 */
const FAILED_AND_TOLD = 32;

/** What a preview knows of Docker hosts. */
const NONE: Engines = { connections: new Map(), skipped: new Set() };

/**
 * The stack program: config and registry become notaries, or a list of all that is wrong and nothing else. A preview
 * does not contact the Docker hosts. A cluster is asked by its provider anyway, so it is looked at before. An up leaves hosts
 * alone that do not answer, does all the rest, and fails with their names; and with the pods that do not start. It changes
 * nothing while a host lacks an image and cannot pull it.
 */
export = async () => {
  const currentName = pulumi.getStack();
  const config = { directory: process.cwd(), stackName: currentName, values: pulumi.runtime.allConfig() };
  const stack = loadStack(config);
  if (!stack.ok) throw new pulumi.RunError(formatProblems(stack.problems));
  for (const key of stack.value.unused) {
    await pulumi.log.warn(`${key} is not used any more; it may be taken out of the stack's config.`);
  }
  const lastRun = await readLastRun(currentName);
  // A stack that is renamed keeps its labels and its namespace.
  const { name: stackName = currentName } = lastRun;
  const obstacles = await checkCluster(stack.value, stackName);
  if (obstacles.length > 0) throw new pulumi.RunError(obstacles.join("\n"));
  await reportMoves(stack.value, stackName, lastRun);
  const isPreview = pulumi.runtime.isDryRun();
  const engines = isPreview ? NONE : await reachEngines(stack.value);
  const [missing, pods] = await Promise.all([
    pullImages(stack.value, engines),
    isPreview ? undefined : lookAtCluster(stack.value, stackName),
  ]);
  const withoutImage = [...missing, ...(pods?.missing ?? [])];
  if (withoutImage.length > 0) {
    closeConnections(engines);
    throw new pulumi.RunError([...withoutImage, "Nothing was changed."].join("\n"));
  }
  const { skipped } = engines;
  if (skipped.size > 0) process.exitCode = FAILED_AND_TOLD;
  const { atOnce, seconds } = stack.value.rollOut;
  const rollOut = new RollOut(atOnce, (name) => void tellWaiting(name));
  const { outputs, cluster } = deploy(stack.value, stackName, {
    skipped,
    rollOut: new DockerRollOut(rollOut, await readHosts(engines, stackName), seconds),
    ...(pods === undefined ? {} : { podRollOut: new KubernetesRollOut(rollOut, pods.running, seconds) }),
  });
  const outcome = await rollOut.done();
  closeConnections(engines);
  const isRolledOut = await tellOutcome(outcome);
  const told = outcome.failures.map(({ name }) => name);
  const isStarted =
    cluster === undefined || isPreview || (await tellStarts(cluster, stack.value, stackName, told));
  if (!isRolledOut || !isStarted) process.exitCode = FAILED_AND_TOLD;
  return outputs;
};

function closeConnections({ connections }: Engines): void {
  for (const connection of connections.values()) connection.close();
}

async function tellWaiting(name: string): Promise<void> {
  await pulumi.log.info(
    `${name} was replaced; the next one comes when it takes calls`,
    undefined,
    undefined,
    true,
  );
}

/** Tells what a roll-out stopped at; false where it did. */
async function tellOutcome({ failures, left }: Outcome): Promise<boolean> {
  const others =
    left.length === 0 ? "" : `\nLeft as they were: ${left.join(", ")}. Mend it, and run up again.`;
  for (const { name, why } of failures) await pulumi.log.error(`${name} was replaced, and ${why}.${others}`);
  return failures.length === 0;
}
