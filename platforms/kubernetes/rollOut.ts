import { setTimeout as sleep } from "node:timers/promises";
import type { StatefulSet } from "@pulumi/kubernetes/apps/v1/statefulSet";
import type { RollOut } from "../RollOut";
import { explainCall } from "./callFailure";
import type { Cluster } from "./kubeconfig";
import { untilStarted } from "./start";

/** What runs in a namespace before anything is registered. */
export interface RunningNamespace {
  readonly cluster: Cluster;
  readonly namespace: string;
  /** Generation of each StatefulSet, keyed by name. It changes with the specification. */
  readonly generations: ReadonlyMap<string, number>;
}

/** Looks at the StatefulSets of a namespace. There are none if the namespace does not exist yet. */
export async function readNamespace(cluster: Cluster, namespace: string): Promise<RunningNamespace> {
  const { AppsV1Api } = await import("@kubernetes/client-node");
  const { items } = await cluster.config.makeApiClient(AppsV1Api).listNamespacedStatefulSet({ namespace });
  const generations = items.map(({ metadata }) => [metadata?.name ?? "", metadata?.generation ?? 0] as const);
  return { cluster, namespace, generations: new Map(generations) };
}

/**
 * Lets a roll-out replace the pods of a namespace. A new workload is made at once, since nothing is replaced for it.
 */
export class KubernetesRollOut {
  constructor(
    private readonly rollOut: RollOut,
    private readonly running: RunningNamespace,
    /** Seconds that a replaced pod may run without taking calls. */
    private readonly seconds: number,
  ) {}

  /** Makes the workload's objects when its turn comes. */
  run(name: string, make: () => StatefulSet): void {
    const before = this.running.generations.get(name);
    if (before === undefined) {
      make();
      return;
    }
    this.rollOut.add({
      name,
      register: async () => {
        const { metadata } = make();
        // Without a change it is the generation of the last run, which may be older: the set was stopped and started since.
        return (await new Promise<number>((resolve) => metadata.generation.apply(resolve))) > before;
      },
      untilAnswers: () => untilAnswers(this.running, name, this.seconds),
      staysUp: (seconds) => untilWatched(this.running, name, seconds),
    });
  }
}

const LOOK_MILLISECONDS = 1000;

/**
 * Waits until a pod takes calls. Throws the reason if it does not. The time in which its predecessor ends does not
 * count.
 */
async function untilAnswers(
  { cluster, namespace }: RunningNamespace,
  name: string,
  seconds: number,
): Promise<void> {
  for (let deadline = Number.POSITIVE_INFINITY; ; await sleep(LOOK_MILLISECONDS)) {
    const [started] = await untilStarted(cluster, namespace, [name], async () => {}).catch(unseen(cluster));
    if (started?.start.kind === "failed") throw new Error(`it does not start: ${started.start.why}`);
    if (started?.start.quietSeconds === undefined) return;
    deadline = Math.min(deadline, Date.now() + (seconds - started.start.quietSeconds) * 1000);
    if (Date.now() >= deadline) throw new Error(`it takes no calls after ${seconds} s (rollOut.seconds)`);
  }
}

/** A pod that is not ready for so long takes no calls. Readiness may be lost for a moment on a busy node. */
const SILENCE_MILLISECONDS = 10_000;

/** Watches a pod that takes calls for so many seconds. Throws the reason if it does so no longer. */
async function untilWatched(
  { cluster, namespace }: RunningNamespace,
  name: string,
  seconds: number,
): Promise<void> {
  const { CoreV1Api } = await import("@kubernetes/client-node");
  const core = cluster.config.makeApiClient(CoreV1Api);
  const look = async () => {
    const { items } = await core.listNamespacedPod({ namespace }).catch(unseen(cluster));
    const pod = items.find(({ metadata }) => metadata?.name === `${name}-0`);
    const restarts = (pod?.status?.containerStatuses ?? []).map(({ restartCount }) => restartCount);
    const isReady = pod?.status?.conditions?.some(
      ({ type, status }) => type === "Ready" && status === "True",
    );
    return { run: `${pod?.metadata?.uid} ${restarts.join(" ")}`, isReady: isReady === true };
  };
  const began = Date.now();
  const before = await look();
  const deadline = began + seconds * 1000;
  for (let heard = began; heard < deadline; ) {
    await sleep(LOOK_MILLISECONDS);
    const { run, isReady } = await look();
    const lasted = Math.round((Date.now() - began) / 1000);
    if (run !== before.run) {
      throw new Error(
        `one of its containers ended again within ${lasted} s after it had begun to take calls`,
      );
    }
    if (isReady) heard = Date.now();
    else if (Date.now() - heard >= SILENCE_MILLISECONDS) {
      throw new Error(`it took no calls any more within ${lasted} s after it had begun to`);
    }
  }
}

/** Makes a reason of a call's failure. */
function unseen(cluster: Cluster): (error: unknown) => never {
  return (error) => {
    const why = `dokomodo cannot see whether it takes calls. ${cluster.description}: ${explainCall(error)}`;
    // The caller ends the sentence.
    throw new Error(why.replace(/\.$/, ""));
  };
}
