import { setTimeout as sleep } from "node:timers/promises";
import type { CoreV1Api, CoreV1Event, V1Pod, V1StatefulSet } from "@kubernetes/client-node";
import { holdIn } from "../entrypointLog";
import { PROVISION_ROLE } from "../provision";
import type { Cluster } from "./kubeconfig";
import { isProvisioned, progressIn, waitsSinceBefore } from "./provisioning";
import { SecondTries } from "./SecondTries";
import { describeRefusal, judgeStart, type Start } from "./verdict";

export interface Started {
  /** Name of the workload. */
  readonly name: string;
  readonly start: Exclude<Start, { kind: "waiting" | "refused" }>;
}

const LOOK_MILLISECONDS = 1000;

/** Looks at these workloads until each pod has come up, or until it is known why it does not. */
export async function untilStarted(
  { config }: Cluster,
  namespace: string,
  names: readonly string[],
  onProgress: (waiting: Readonly<Record<string, string>>) => Promise<void>,
): Promise<Started[]> {
  const { AppsV1Api, CoreV1Api } = await import("@kubernetes/client-node");
  const apps = config.makeApiClient(AppsV1Api);
  const core = config.makeApiClient(CoreV1Api);
  const started: Started[] = [];
  const tries = new SecondTries(apps, namespace);
  const began = new Date();
  /** Workloads whose pod was made anew. Each is only once, because clocks of nodes may be late. */
  const anew = new Set<string>();
  for (let left = [...names]; left.length > 0; ) {
    const [sets, pods, events] = await Promise.all([
      apps.listNamespacedStatefulSet({ namespace }),
      core.listNamespacedPod({ namespace }),
      core.listNamespacedEvent({ namespace }),
    ]);
    const waiting: Record<string, string> = {};
    for (const name of left) {
      const start = judgeStart(seen(name, sets.items, pods.items, events.items), new Date());
      const pod = pods.items.find(({ metadata }) => metadata?.name === `${name}-0`);
      const isQuiet = "quietSeconds" in start && start.quietSeconds !== undefined;
      const hold = isQuiet ? await holdOf(core, namespace, pod) : undefined;
      if (pod !== undefined && !anew.has(name) && waitsSinceBefore(pod, began)) {
        anew.add(name);
        waiting[name] = "what it needs is fetched anew";
        await deletePod(core, namespace, pod);
      } else if (hold !== undefined) started.push({ name, start: { kind: "failed", why: hold } });
      else if (start.kind === "waiting")
        waiting[name] = (await progressOf(core, namespace, pod)) ?? start.why;
      else if (start.kind !== "refused") started.push({ name, start });
      else if (await tries.isAwaited(name, start.at)) waiting[name] = `it is tried again: ${start.why}`;
      else started.push({ name, start: { kind: "failed", why: describeRefusal(start, new Date()) } });
    }
    left = Object.keys(waiting);
    await onProgress(waiting);
    if (left.length > 0) await sleep(LOOK_MILLISECONDS);
  }
  return started;
}

/** Deletes a pod that has not begun its work, so that the cluster makes another one at once. */
async function deletePod(core: CoreV1Api, namespace: string, { metadata }: V1Pod): Promise<void> {
  const { name = "", uid } = metadata ?? {};
  const body = uid === undefined ? {} : { preconditions: { uid } };
  await core.deleteNamespacedPod({ namespace, name, body }).catch((error: unknown) => {
    // Somebody else deleted it, or the cluster has made another one by now.
    if (![404, 409].includes(Object(error).code)) throw error;
  });
}

/** How far it is with what the pod's first container needs; undefined if that is not what it waits for. */
async function progressOf(
  core: CoreV1Api,
  namespace: string,
  pod: V1Pod | undefined,
): Promise<string | undefined> {
  if (pod === undefined || !isProvisioned(pod)) return undefined;
  const name = pod.metadata?.name ?? "";
  // The pod may be gone by now, and whoever deploys may lack the right to read logs. The next look says more.
  const log = await core
    .readNamespacedPodLog({ namespace, name, container: PROVISION_ROLE, tailLines: 1 })
    .catch(() => "");
  return progressIn(log);
}

/** What the pod's first container says if the disk guard holds it; undefined otherwise, also where nobody may read logs. */
async function holdOf(
  core: CoreV1Api,
  namespace: string,
  pod: V1Pod | undefined,
): Promise<string | undefined> {
  const { name = "" } = pod?.metadata ?? {};
  const container = pod?.spec?.containers[0]?.name;
  const log = await core
    .readNamespacedPodLog({
      namespace,
      name,
      tailLines: 1,
      ...(container === undefined ? {} : { container }),
    })
    .catch(() => "");
  return holdIn(log);
}

function seen(name: string, sets: V1StatefulSet[], pods: V1Pod[], events: CoreV1Event[]) {
  const set = sets.find(({ metadata }) => metadata?.name === name);
  const pod = pods.find(({ metadata }) => metadata?.name === `${name}-0`);
  const concerned = [name, `${name}-0`, `data-${name}-0`];
  return {
    set,
    pod,
    events: events.filter(({ involvedObject }) => concerned.includes(involvedObject.name ?? "")),
  };
}
