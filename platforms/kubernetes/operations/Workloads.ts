import { setTimeout as sleep } from "node:timers/promises";
import type { V1Pod } from "@kubernetes/client-node";
import type { StopOptions, StopResult } from "../../operations";
import { Told } from "../../Told";
import { whileWaiting } from "../../whileWaiting";
import type { Cluster } from "../kubeconfig";
import { describeRefusal, judgeStart } from "../verdict";
import { containersOf, type FoundSet } from "./sets";

const LOOK_MILLISECONDS = 500;
/** While something is waited for, a call that fails is made so often, with this pause. */
const TRIES = 10;
const AGAIN_MILLISECONDS = 3000;
/** The field manager of all changes that are made here. */
const FIELD_MANAGER = "dokomodo";

/** Stops and starts the workloads of a namespace. */
export class Workloads {
  constructor(
    private readonly cluster: Cluster,
    private readonly namespace: string,
    /** Looks for the set of a workload. */
    private readonly find: (workload: string) => Promise<FoundSet>,
  ) {}

  /** Takes the pod of a set away. The cluster gives it its grace, and makes no other one. */
  async stop({ workload, set, pod }: FoundSet, options: StopOptions): Promise<StopResult> {
    if (set.spec?.replicas !== 0) await this.scale(workload, 0);
    if (pod === undefined) return { seconds: 0 };
    const ending = this.exitCode(pod, nameOfFirst(set));
    const { outcome, seconds } = await whileWaiting(this.untilGone(workload, pod), options).finally(
      ending.stop,
    );
    return { code: outcome ?? ending.code(), seconds };
  }

  async start({ workload, set }: FoundSet): Promise<void> {
    if (set.spec?.replicas === 0) await this.scale(workload, 1);
    await this.untilRuns(workload);
  }

  /** Deletes the pod of a set. The cluster gives it its grace, and then makes another one. */
  async restart(found: FoundSet, options: StopOptions): Promise<StopResult> {
    const { workload, set, pod } = found;
    if (set.spec?.replicas === 0 || pod === undefined) {
      await this.start(found);
      return { seconds: 0 };
    }
    const ending = this.exitCode(pod, nameOfFirst(set));
    await this.deletePod(pod);
    const { outcome, seconds } = await whileWaiting(
      (async () => {
        const code = await this.untilGone(workload, pod);
        await this.untilRuns(workload, pod.metadata?.uid);
        return code;
      })(),
      options,
    ).finally(ending.stop);
    return { code: outcome ?? ending.code(), seconds };
  }

  /** Looks for a set that is waited for. An API server may be away for a while meanwhile. */
  private async look(workload: string): Promise<FoundSet> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.find(workload);
      } catch (error) {
        if (error instanceof Told || tries >= TRIES) throw error;
        await sleep(AGAIN_MILLISECONDS);
      }
    }
  }

  private async scale(name: string, replicas: number): Promise<void> {
    const { AppsV1Api, PatchStrategy, setHeaderOptions } = await import("@kubernetes/client-node");
    const apps = this.cluster.config.makeApiClient(AppsV1Api);
    await apps.patchNamespacedStatefulSet(
      { namespace: this.namespace, name, body: { spec: { replicas } }, fieldManager: FIELD_MANAGER },
      setHeaderOptions("Content-Type", PatchStrategy.MergePatch),
    );
  }

  private async deletePod({ metadata }: V1Pod): Promise<void> {
    const { CoreV1Api } = await import("@kubernetes/client-node");
    const { name = "", uid } = metadata ?? {};
    await this.cluster.config.makeApiClient(CoreV1Api).deleteNamespacedPod({
      namespace: this.namespace,
      name,
      body: uid === undefined ? {} : { preconditions: { uid } },
    });
  }

  /** Waits until this pod is gone. Resolves to the exit code of its first container, if it is seen. */
  private async untilGone(workload: string, pod: V1Pod): Promise<number | undefined> {
    for (let code: number | undefined; ; await sleep(LOOK_MILLISECONDS)) {
      const { pod: now, set } = await this.look(workload);
      if (now === undefined || now.metadata?.uid !== pod.metadata?.uid) return code;
      code = exitCodeOf(now, nameOfFirst(set)) ?? code;
    }
  }

  /** Waits until all containers run in another pod than `before`. Throws if they will not. */
  private async untilRuns(workload: string, before?: string): Promise<void> {
    for (; ; await sleep(LOOK_MILLISECONDS)) {
      const found = await this.look(workload);
      const { set, pod, events } = found;
      if (pod?.metadata?.uid !== undefined && pod.metadata.uid !== before && runs(found)) return;
      const start = judgeStart({ set, pod, events }, new Date());
      if (start.kind === "failed") throw new Told(`${workload} does not start: ${start.why}`);
      if (start.kind === "refused") {
        throw new Told(`${workload} does not start: ${describeRefusal(start, new Date())}`);
      }
    }
  }

  /**
   * Listens for the exit code of the first container of a pod that is about to end. Between two looks the pod may end and
   * be gone, but the event of its deletion has its last state. Who may not watch pods does not learn it.
   */
  private exitCode({ metadata }: V1Pod, container: string): { code(): number | undefined; stop(): void } {
    let code: number | undefined;
    const { name = "", uid } = metadata ?? {};
    const take = (_: string, seen: V1Pod) => {
      if (seen.metadata?.uid === uid) code = exitCodeOf(seen, container) ?? code;
    };
    const watching = (async () => {
      const { Watch } = await import("@kubernetes/client-node");
      const path = `/api/v1/namespaces/${this.namespace}/pods`;
      const query = { fieldSelector: `metadata.name=${name}` };
      return new Watch(this.cluster.config).watch(path, query, take, () => {});
    })();
    const stop = () =>
      void watching.then(
        (controller) => controller.abort(),
        () => undefined,
      );
    return { code: () => code, stop };
  }
}

function nameOfFirst(set: FoundSet["set"]): string {
  return containersOf(set).find(({ isFirst }) => isFirst)?.name ?? "";
}

function exitCodeOf({ status }: V1Pod, container: string): number | undefined {
  return status?.containerStatuses?.find(({ name }) => name === container)?.state?.terminated?.exitCode;
}

function runs({ set, pod }: FoundSet): boolean {
  if (pod?.metadata?.deletionTimestamp !== undefined) return false;
  const { containerStatuses = [], initContainerStatuses = [] } = pod?.status ?? {};
  const statuses = [...containerStatuses, ...initContainerStatuses];
  return containersOf(set).every(
    ({ name }) => statuses.find((each) => each.name === name)?.state?.running !== undefined,
  );
}
