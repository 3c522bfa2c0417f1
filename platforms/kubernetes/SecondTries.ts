import type { AppsV1Api } from "@kubernetes/client-node";

/** How long the cluster has to try again what it refused before it was asked to. */
const AGAIN_MILLISECONDS = 15_000;

interface SecondTry {
  /** When the refusal was that was seen first. */
  readonly at: number;
  readonly until: number;
}

/**
 * Second tries of sets whose pod the cluster refused, by a quota or an admission. What refused it may be mended since, and
 * the cluster's own next try be minutes away.
 */
export class SecondTries {
  private readonly byName = new Map<string, SecondTry>();

  constructor(
    private readonly apps: AppsV1Api,
    private readonly namespace: string,
  ) {}

  /** Whether a refusal is to be waited out: it is the one that was seen first, and its set was just asked to try again. */
  async isAwaited(name: string, refusedAt: Date): Promise<boolean> {
    const now = Date.now();
    const known = this.byName.get(name);
    if (known !== undefined) return refusedAt.getTime() <= known.at && now < known.until;
    this.byName.set(name, { at: refusedAt.getTime(), until: now + AGAIN_MILLISECONDS });
    await this.askAgain(name);
    return true;
  }

  /** A set that changes is looked at at once, whenever its next turn would be. */
  private async askAgain(name: string): Promise<void> {
    const { PatchStrategy, setHeaderOptions } = await import("@kubernetes/client-node");
    const { namespace } = this;
    const body = { metadata: { annotations: { "dokomodo/asked-again": new Date().toISOString() } } };
    const options = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);
    await this.apps.patchNamespacedStatefulSet({ namespace, name, body, fieldManager: "dokomodo" }, options);
  }
}
