import "./stackTraces";
import * as pulumi from "@pulumi/pulumi";
import { formatProblems } from "./chains/problem";
import { checkCluster, tellStarts } from "./cluster";
import { loadStack } from "./config/load";
import { deploy, endpoints } from "./deploy";
import { readLastRun } from "./lastRun";
import { probe } from "./platforms/dockerProbe";
import { reportMoves } from "./reportMoves";

/**
 * With this exit code the engine finishes what was registered, deletes nothing that was not, and says no more than the
 * program did (pulumi sdk/nodejs/cmd/run, nodeJSProcessExitedAfterLoggingUserActionableMessage). An error in the log
 * alone would not keep it from deleting.
 */
const FAILED_AND_TOLD = 32;

/**
 * The stack program: config and registry become notaries, or a list of all that is wrong and nothing else. A preview
 * asks nothing of any Docker host; a cluster is asked by its provider anyway, so it is looked at before. An up leaves hosts
 * alone that do not answer, does all the rest, and fails with their names; and with the pods that do not start.
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
  const skipped = new Set<string>();
  if (!pulumi.runtime.isDryRun()) {
    await Promise.all(
      endpoints(stack.value).map(async (endpoint) => {
        const problem = await probe(endpoint);
        if (problem === undefined) return;
        skipped.add(endpoint.name);
        await pulumi.log.error(`${problem}\nWhat is on it was left as it is.`);
      }),
    );
  }
  if (skipped.size > 0) process.exitCode = FAILED_AND_TOLD;
  const { outputs, cluster } = deploy(stack.value, stackName, skipped);
  if (cluster !== undefined && !pulumi.runtime.isDryRun()) {
    const isWhole = await tellStarts(cluster, stack.value, stackName);
    if (!isWhole) process.exitCode = FAILED_AND_TOLD;
  }
  return outputs;
};
