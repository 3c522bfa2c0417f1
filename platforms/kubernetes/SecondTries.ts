import type { AppsV1Api } from "@kubernetes/client-node";

/** Milliseconds that the cluster has to make a pod after it was asked to try again. */
const AGAIN_MILLISECONDS = 15_000;

interface SecondTry {
  /** When the cluster refused the pod, by the refusal that was seen first. */
  readonly at: number;
  /** Until when the next try is waited for. */
  readonly until: number;
}

/**
 * Asks the cluster to try again to make pods that it refused, because of a quota or an admission rule. The cause may be
 * gone by now, and the cluster's own next try may be minutes away.
 */
export class SecondTries {
  private readonly byName = new Map<string, SecondTry>();

  constructor(
    private readonly apps: AppsV1Api,
    private readonly namespace: string,
  ) {}

  /**
   * Whether to go on waiting after a refusal. At the first refusal of a set, the cluster is asked to try again. That
   * try is waited for, until it is refused as well or takes too long.
   */
  async isAwaited(name: string, refusedAt: Date): Promise<boolean> {
    const now = Date.now();
    const known = this.byName.get(name);
    if (known !== undefined) return refusedAt.getTime() <= known.at && now < known.until;
    this.byName.set(name, { at: refusedAt.getTime(), until: now + AGAIN_MILLISECONDS });
    await this.askAgain(name);
    return true;
  }

  /** Changes an annotation of the set, because the cluster looks at a set that changes at once. */
  private async askAgain(name: string): Promise<void> {
    const { PatchStrategy, setHeaderOptions } = await import("@kubernetes/client-node");
    const { namespace } = this;
    const body = { metadata: { annotations: { "dokomodo/asked-again": new Date().toISOString() } } };
    const options = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);
    await this.apps.patchNamespacedStatefulSet({ namespace, name, body, fieldManager: "dokomodo" }, options);
  }
}
