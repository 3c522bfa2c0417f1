import type { V1Container, V1ContainerStatus } from "@kubernetes/client-node";
import type { SeenContainer, SeenExit } from "../../operations";
import { describeRefusal, judgeStart } from "../verdict";
import { containersOf, type FoundSet, podName } from "./sets";

/** What is seen of the containers of a set. `bytes` reads a quantity such as `2Gi`. */
export function seenContainers(
  found: FoundSet,
  now: Date,
  bytes: (quantity: string) => number,
): SeenContainer[] {
  const { workload, host, set, pod } = found;
  const why = whyNot(found, now);
  const { containers = [], initContainers = [] } = set.spec?.template.spec ?? {};
  const statuses = [...(pod?.status?.containerStatuses ?? []), ...(pod?.status?.initContainerStatuses ?? [])];
  return containersOf(set).map(({ name, isFirst }) => {
    const stated = [...containers, ...initContainers].find((each) => each.name === name);
    const status = statuses.find((each) => each.name === name);
    const running = status?.state?.running;
    return {
      name: `pod ${podName(workload)}, container ${name}`,
      workload,
      host,
      role: isFirst ? undefined : name,
      ...(running !== undefined ? { state: "running" as const, startedAt: running.startedAt } : why),
      restarts: status?.restartCount ?? 0,
      lastExit: lastExit(status),
      image: stated?.image ?? "",
      memoryBytes: memoryOf(stated, bytes),
    };
  });
}

/** Why a container of the set does not run. */
function whyNot({ set, pod, events }: FoundSet, now: Date): Pick<SeenContainer, "state" | "why"> {
  if (set.spec?.replicas === 0) {
    return { state: "stopped", why: "somebody stopped it (its StatefulSet has 0 replicas)" };
  }
  const start = judgeStart({ set, pod, events }, now);
  if (start.kind === "refused") return { state: "starting", why: describeRefusal(start, now) };
  return { state: "starting", why: start.kind === "started" ? "it has ended" : start.why };
}

function lastExit(status: V1ContainerStatus | undefined): SeenExit | undefined {
  const ended = status?.state?.terminated ?? status?.lastState?.terminated;
  if (ended === undefined) return undefined;
  return { code: ended.exitCode, at: ended.finishedAt, outOfMemory: ended.reason === "OOMKilled" };
}

function memoryOf(
  container: V1Container | undefined,
  bytes: (quantity: string) => number,
): number | undefined {
  const limit = container?.resources?.limits?.["memory"];
  return limit === undefined ? undefined : bytes(limit);
}
