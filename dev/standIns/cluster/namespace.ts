import { setTimeout as sleep } from "node:timers/promises";
import type { Kubectl } from "./Kubectl";
import { podOf } from "./pods";
import type { TestedCluster } from "./tested";

const READY = "--timeout=180s";
const PATIENCE_SECONDS = 30;
const ANSWER_MS = 1500;

/** A namespace for one test file. It admits only pods of the restricted Pod Security Standard. */
export class TestNamespace {
  private readonly client: Kubectl;

  private constructor(
    readonly name: string,
    private readonly tested: TestedCluster,
  ) {
    this.client = tested.kubectl;
  }

  /** Makes the namespace. What an earlier run left of it is removed first. */
  static async create(name: string, tested: TestedCluster): Promise<TestNamespace> {
    await tested.kubectl.run("delete", "namespace", name, "--ignore-not-found");
    const labels = { "pod-security.kubernetes.io/enforce": "restricted" };
    await tested.kubectl.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name, labels } });
    await tested.kubectl.run("wait", "--for=create", "serviceaccount/default", "--namespace", name);
    return new TestNamespace(name, tested);
  }

  async kubectl(...args: readonly string[]): Promise<string> {
    return this.client.run("--namespace", this.name, ...args);
  }

  async apply(...objects: readonly object[]): Promise<void> {
    await this.client.apply(...objects);
  }

  /**
   * Starts a pod that has Node and a shell, and waits until it is ready.
   * @param container further fields of its container
   */
  async startPod(name: string, command: readonly string[], container: object = {}): Promise<void> {
    const image = this.tested.image("node");
    await this.apply(podOf({ namespace: this.name, name, image, command, container }));
    await this.kubectl("wait", "--for=condition=Ready", READY, `pod/${name}`);
  }

  /** Runs a program in a pod and returns its output. */
  async exec(pod: string, ...command: readonly string[]): Promise<string> {
    return this.kubectl("exec", pod, "--", ...command);
  }

  /** Sends a GET from a pod over a new connection. Returns status and body, or `no answer`. */
  async call(pod: string, url: string): Promise<string> {
    const script = `
      process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
      fetch(${JSON.stringify(url)}, { signal: AbortSignal.timeout(${ANSWER_MS}) })
        .then(async (answer) => console.log(answer.status, await answer.text()))
        .catch(() => console.log("no answer"))
        .then(() => process.exit());`;
    return this.exec(pod, "node", "--no-warnings", "--eval", script);
  }

  async remove(): Promise<void> {
    await this.kubectl("delete", "namespace", this.name, "--wait=false");
  }
}

/** Waits until a condition is true. Rejects after PATIENCE_SECONDS. */
export async function until(happens: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + PATIENCE_SECONDS * 1000;
  while (!(await happens().catch(() => false))) {
    if (Date.now() > deadline) throw new Error(`This was not true after ${PATIENCE_SECONDS} s: ${happens}`);
    await sleep(100);
  }
}
