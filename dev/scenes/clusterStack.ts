import { readFileSync } from "node:fs";
import { parse, stringify } from "yaml";
import { type TestedCluster, testedCluster } from "../standIns/cluster/tested";
import type { ResourcePlugin } from "../toolchain/plugins";
import { TestStack } from "./TestStack";

const PLUGINS: readonly ResourcePlugin[] = ["docker", "kubernetes", "random", "tls"];

/** An exported state has secrets as objects with their JSON in them. */
function revealed(_: string, value: unknown): unknown {
  const { plaintext } = Object(value);
  return typeof plaintext === "string" ? JSON.parse(plaintext) : value;
}

/** Text with the names under which the cluster's nodes find the development stack's images. */
export function withImagesOf(cluster: TestedCluster, text: string): string {
  return text.replaceAll(/dokomodo-testbed\/([a-z-]+):dev/g, (_, name) => cluster.image(name));
}

/** A stack of the development notary in a namespace of the tested cluster. */
export class ClusterStack {
  private constructor(
    readonly stack: TestStack,
    readonly cluster: TestedCluster,
    readonly namespace: string,
  ) {}

  /** Writes the development stack's config, with nothing changed but where it runs. */
  static async create(notary: string, passphrase: string, given?: TestedCluster): Promise<ClusterStack> {
    const cluster = given ?? (await testedCluster());
    const namespace = `test-${notary}`;
    const removed = ["--ignore-not-found", "--wait"];
    await cluster.kubectl.run("delete", "namespace", namespace, ...removed);
    const stack = await TestStack.create(notary, passphrase, "127.0.0.1", PLUGINS);
    const { config } = stack;
    stack.writeConfig(JSON.parse(withImagesOf(cluster, JSON.stringify(config))));
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

  /** What the stack's objects are otherwise in the cluster than the program asked for; empty where nothing is. */
  async differences(): Promise<string> {
    const state = await this.stack.must("stack", "export", "--show-secrets", "--stack", "test");
    const resources: readonly { type: string; custom: boolean; inputs?: object }[] =
      JSON.parse(state).deployment.resources;
    const objects = resources
      .filter(({ type }) => type.startsWith("kubernetes:"))
      .map(({ inputs = {} }) => JSON.parse(JSON.stringify(inputs), revealed));
    if (objects.length < 20) throw new Error(`the state has only ${objects.length} objects`);
    return this.cluster.kubectl.diff(...objects);
  }

  /** A kubeconfig like the cluster's own, but for this; its path. */
  writeKubeconfig({ server, token }: { server?: string; token?: string }): string {
    const config = parse(readFileSync(this.cluster.kubeconfig, "utf8"));
    for (const { cluster } of config.clusters) cluster.server = server ?? cluster.server;
    if (token !== undefined) for (const entry of config.users) entry.user = { token };
    this.stack.writeFile("other.kubeconfig", stringify(config));
    return "other.kubeconfig";
  }

  /** Somebody whom the cluster knows, and who may do nothing; a token. */
  async createPoorUser(): Promise<string> {
    await this.cluster.kubectl.run("create", "serviceaccount", "poor", "--namespace=default").catch(() => "");
    return this.cluster.kubectl.run("create", "token", "poor", "--namespace=default");
  }

  /** A loopback port of this machine that leads to one of a workload's pod, until it is ended. */
  async forward(workload: string, port: number): Promise<{ address: string; end(): void }> {
    const { execa } = await import("execa");
    const args = ["port-forward", "--namespace", this.namespace, `pod/${workload}-0`, `:${port}`];
    const env = { KUBECONFIG: this.cluster.kubeconfig };
    const forwarding = execa(this.cluster.kubectl.program, args, { env, reject: false });
    const address = await new Promise<string>((resolve, reject) => {
      forwarding.stdout.on("data", (text: Buffer) => {
        const found = /from (127\.0\.0\.1:\d+)/.exec(text.toString())?.[1];
        if (found !== undefined) resolve(found);
      });
      forwarding.then(({ stderr }) => reject(new Error(`kubectl forwards nothing: ${stderr}`)), reject);
    });
    return { address, end: () => forwarding.kill() };
  }

  changeDaemon(daemon: string, change: Readonly<Record<string, unknown>>): void {
    const daemons = Object(this.stack.config["dokomodo:daemons"]);
    this.stack.writeConfig({
      "dokomodo:daemons": { ...daemons, [daemon]: { ...daemons[daemon], ...change } },
    });
  }

  async destroy(): Promise<void> {
    await this.stack.run("cancel", "--yes", "--stack", "test");
    await this.stack.run("destroy", "--yes", "--skip-preview", "--stack", "test");
    await this.cluster.kubectl.run("delete", "namespace", this.namespace, "--ignore-not-found");
    this.stack.forget();
  }
}
