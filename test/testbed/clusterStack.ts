import type { ResourcePlugin } from "../../setup/plugins";
import { type TestedCluster, testedCluster } from "./cluster/tested";
import { TestStack } from "./stack";

const PLUGINS: readonly ResourcePlugin[] = ["docker", "kubernetes", "random", "tls"];

/** A stack of the development notary in a namespace of the tested cluster. */
export class ClusterStack {
  private constructor(
    readonly stack: TestStack,
    readonly cluster: TestedCluster,
    readonly namespace: string,
  ) {}

  /** Writes the development stack's config, with nothing changed but where it runs. */
  static async create(notary: string, passphrase: string): Promise<ClusterStack> {
    const cluster = await testedCluster();
    const namespace = `test-${notary}`;
    const removed = ["--ignore-not-found", "--wait"];
    await cluster.kubectl.run("delete", "namespace", namespace, ...removed);
    const stack = await TestStack.create(notary, passphrase, "127.0.0.1", PLUGINS);
    const { config } = stack;
    stack.writeConfig(
      JSON.parse(
        JSON.stringify(config).replaceAll(/dokomodo-testbed\/([a-z-]+):dev/g, (_, name) =>
          cluster.image(name),
        ),
      ),
    );
    stack.writeConfig({
      "dokomodo:platform": "kubernetes",
      "dokomodo:kubernetes": { kubeconfig: cluster.kubeconfig, namespace },
    });
    return new ClusterStack(stack, cluster, namespace);
  }

  /** kubectl in the stack's namespace. */
  kubectl(...args: readonly string[]): Promise<string> {
    return this.cluster.kubectl.run("--namespace", this.namespace, ...args);
  }

  async destroy(): Promise<void> {
    await this.stack.run("cancel", "--yes", "--stack", "test");
    await this.stack.run("destroy", "--yes", "--skip-preview", "--stack", "test");
    await this.cluster.kubectl.run("delete", "namespace", this.namespace, "--ignore-not-found");
    this.stack.forget();
  }
}
