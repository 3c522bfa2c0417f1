import type { V1Pod } from "@kubernetes/client-node";
import { parseReport } from "../../runtime/provision/report";
import { describeBytes, PROVISION_ROLE } from "../provision";

/** Whether a pod's first container is being provided with what it needs. */
export function isProvisioned({ status }: V1Pod): boolean {
  return (status?.initContainerStatuses ?? []).some(
    ({ name, state }) => name === PROVISION_ROLE && state?.running !== undefined,
  );
}

/**
 * Whether a pod waits to provide its first container anew after a failure of before this time. The cause may have been
 * mended since, and the kubelet waits for up to five minutes (docs/internals/engines.md, how often the cluster tries
 * again).
 */
export function waitsSinceBefore({ status }: V1Pod, time: Date): boolean {
  return (status?.initContainerStatuses ?? []).some(({ name, state, lastState }) => {
    const ended = lastState?.terminated?.finishedAt;
    return name === PROVISION_ROLE && state?.waiting !== undefined && ended !== undefined && ended < time;
  });
}

/** What the last line of the log of runtime/provision says; undefined if it says no progress. */
export function progressIn(log: string): string | undefined {
  const report = parseReport(log.trim().split("\n").at(-1) ?? "");
  if (report === undefined) return undefined;
  if ("said" in report) return report.said;
  if (!("progress" in report)) return undefined;
  const { what, done, total } = report.progress;
  return `it fetches ${what}: ${describeBytes(done, total)}`;
}

/**
 * The failures in a termination message of runtime/provision: the text that it wrote for it, or the last lines of its
 * log if it wrote none.
 */
export function failuresIn(message = ""): string {
  const failures = message.split("\n").flatMap((line) => {
    const report = parseReport(line);
    return report !== undefined && "failed" in report ? report.failed : [];
  });
  return failures.length === 0 ? message.trim() : failures.join("\n");
}
