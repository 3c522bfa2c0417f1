import type { Properties } from "../provider";
import type { ApiServer } from "./apiServer";
import { at, countAt, isMap, listAt, nameOf, namespaceOf, textAt } from "./objects";

/** Why the pods of a workload do not become ready, as their status says (pulumi-kubernetes, checker/pod). */
export async function podProblems(
  api: ApiServer,
  workload: Properties,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const labels = at(workload, "spec", "selector", "matchLabels");
  const selector = Object.entries(isMap(labels) ? labels : {}).map(([key, value]) => `${key}=${value}`);
  const path = `/api/v1/namespaces/${encodeURIComponent(namespaceOf(workload))}/pods`;
  const query = { labelSelector: selector.join(",") };
  // A user who may not list pods still waits for the workload itself.
  const pods = await api.list(path, signal, query).catch(() => []);
  return pods.flatMap(problemsOf);
}

function problemsOf(pod: unknown): string[] {
  const conditions = listAt(pod, "status", "conditions");
  const isReady = conditions.some(
    (condition) => textAt(condition, "type") === "Ready" && textAt(condition, "status") === "True",
  );
  if (isReady || textAt(pod, "status", "phase") === "Succeeded") return [];
  const unmet = conditions
    .filter((condition) => textAt(condition, "status") !== "True" && textAt(condition, "message") !== "")
    .map((condition) => textAt(condition, "message"));
  const statuses = ["initContainerStatuses", "containerStatuses"].flatMap((key) =>
    listAt(pod, "status", key),
  );
  const reasons = [...new Set([...unmet, ...statuses.flatMap(containerProblems)])];
  return reasons.map((reason) => `[Pod ${namespaceOf(pod)}/${nameOf(pod)}]: ${reason}`);
}

function containerProblems(status: unknown): string[] {
  if (at(status, "ready") === true) return [];
  const container = textAt(status, "name");
  const problems: string[] = [];
  const waiting = at(status, "state", "waiting");
  const waitsFor = textAt(waiting, "reason");
  if (!["", "ContainerCreating", "PodInitializing"].includes(waitsFor))
    problems.push(`container "${container}": [${waitsFor}] ${textAt(waiting, "message")}`.trim());
  for (const state of ["state", "lastState"]) {
    const ended = at(status, state, "terminated");
    if (!isMap(ended) || countAt(ended, "exitCode") === 0) continue;
    const { reason, message } = { reason: textAt(ended, "reason"), message: textAt(ended, "message") };
    const said = message === "" ? "" : `: ${message}`;
    problems.push(
      `container "${container}" ended with exit code ${countAt(ended, "exitCode")} (${reason})${said}`,
    );
  }
  return problems;
}
