import { setTimeout as sleep } from "node:timers/promises";
import type { AppsV1Api, CoreV1Api, V1ObjectMeta } from "@kubernetes/client-node";
import type { Remains } from "../remains";
import { STACK_LABEL } from "../stackLabel";
import { explainCall } from "./callFailure";
import { type Cluster, type ClusterSettings, readCluster } from "./kubeconfig";

/** Seconds in which a namespace has to be gone with all that is in it. */
const GONE_SECONDS = 300;

interface Apis {
  readonly core: CoreV1Api;
  readonly apps: AppsV1Api;
}

/** The namespace that a throw-away stack has made, with all that is in it. */
export class NamespaceRemains implements Remains {
  private reading: Promise<Cluster> | undefined;

  constructor(
    private readonly settings: ClusterSettings,
    private readonly namespace: string,
    private readonly stackName: string,
  ) {}

  async since(): Promise<Date | undefined> {
    return (await this.own())?.creationTimestamp;
  }

  async remove(): Promise<void> {
    const { namespace } = this;
    if ((await this.own()) === undefined) return;
    // A cluster looks late at a namespace that still has pods, so they end first. Nobody needs what they would write.
    await this.call(({ apps }) => apps.deleteCollectionNamespacedStatefulSet({ namespace }));
    await this.call(({ core }) => core.deleteCollectionNamespacedPod({ namespace, gracePeriodSeconds: 1 }));
    await this.until(async () => (await this.pods()) === 0);
    await this.call(({ core }) => core.deleteNamespace({ name: namespace }));
    await this.until(async () => (await this.found()) === undefined);
  }

  close(): void {}

  /** The namespace, if there is one. Throws if it is not the stack's own. */
  private async own(): Promise<V1ObjectMeta | undefined> {
    const found = await this.found();
    if (found === undefined || found.labels?.[STACK_LABEL] === this.stackName) return found;
    const { description } = await this.cluster();
    throw new Error(
      `${description} has a namespace ${this.namespace} already, and it is not of the stack ${this.stackName}, so nothing of it is touched. Remove it if nobody needs it`,
    );
  }

  private found(): Promise<V1ObjectMeta | undefined> {
    return this.call(({ core }) =>
      core.readNamespace({ name: this.namespace }).then(
        ({ metadata }) => metadata,
        (error: unknown) => {
          if (Object(error).code === 404) return undefined;
          throw error;
        },
      ),
    );
  }

  private pods(): Promise<number> {
    return this.call(
      async ({ core }) => (await core.listNamespacedPod({ namespace: this.namespace })).items.length,
    );
  }

  private async until(isSo: () => Promise<boolean>): Promise<void> {
    const begin = Date.now();
    while (!(await isSo())) {
      if (Date.now() - begin > GONE_SECONDS * 1000)
        throw new Error(
          `the namespace ${this.namespace} is not gone after ${GONE_SECONDS} s; look at it with kubectl describe`,
        );
      await sleep(500);
    }
  }

  private async call<T>(ask: (apis: Apis) => Promise<T>): Promise<T> {
    const { config, description } = await this.cluster();
    const { AppsV1Api, CoreV1Api } = await import("@kubernetes/client-node");
    try {
      return await ask({ core: config.makeApiClient(CoreV1Api), apps: config.makeApiClient(AppsV1Api) });
    } catch (error) {
      throw new Error(`${description}: ${explainCall(error)}`);
    }
  }

  private cluster(): Promise<Cluster> {
    this.reading ??= readCluster(this.settings);
    return this.reading;
  }
}
