import { readFileSync } from "node:fs";
import { parse, stringify } from "yaml";
import type { Download } from "../../chains/daemons";
import { type TestedCluster, testedCluster } from "../standIns/cluster/tested";
import { inRegtest } from "./regtest";
import { TestStack } from "./TestStack";

const PLUGINS: readonly string[] = ["docker", "kubernetes", "random", "tls"];

/** A reviver for JSON.parse: in an exported state, a secret is an object whose `plaintext` is the value's JSON. */
function revealed(_: string, value: unknown): unknown {
  const { plaintext } = Object(value);
  return typeof plaintext === "string" ? JSON.parse(plaintext) : value;
}

/** Replaces the names of the development stack's images by the names under which the cluster's nodes find them. */
export function withImagesOf(cluster: TestedCluster, text: string): string {
  return text.replaceAll(/dokomodo-testbed\/([a-z-]+):dev/g, (_, name) => cluster.image(name));
}

/** What a stack has that begins with `dokomodo init`. */
interface ByInit {
  readonly chains: readonly string[];
  /** The name of each daemon's image of the testbed, and the program in it. */
  readonly daemons: Readonly<Record<string, { readonly image: string; readonly command: readonly string[] }>>;
  /** What komodod needs before it starts. */
  readonly downloads: readonly Download[];
}

/** A stack in a namespace of the tested cluster. */
export class ClusterStack {
  private constructor(
    readonly stack: TestStack,
    readonly cluster: TestedCluster,
    readonly namespace: string,
  ) {}

  /** Creates the stack with the development stack's config. Only the place where it runs is changed. */
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

  /**
   * Makes a stack in the tested cluster as an operator does, with one node of some chains. What the testbed wants is
   * written into its file afterwards: regtest, and images under names that the cluster's nodes know.
   */
  static async byInit(
    node: string,
    passphrase: string,
    { chains, daemons, downloads }: ByInit,
  ): Promise<ClusterStack> {
    const cluster = await testedCluster();
    const namespace = `test-${node}`;
    await cluster.kubectl.run("delete", "namespace", namespace, "--ignore-not-found", "--wait");
    const digest = `sha256:${"0".repeat(64)}`;
    const images = Object.keys(daemons).map((daemon) => `${daemon}=registry.invalid/${daemon}@${digest}`);
    const args = [
      ...["--platform", "kubernetes", "--kubeconfig", cluster.kubeconfig, "--namespace", namespace],
      ...["--node", cluster.own?.node ?? "local", "--chains", ...chains, "--image", ...images],
    ];
    const stack = await TestStack.byInit(node, passphrase, args, PLUGINS);
    const known = { proxy: cluster.image("haproxy"), agent: cluster.image("node") };
    const { config } = stack;
    const stated = Object.entries(daemons).map(([daemon, { image, command }]) => [
      daemon,
      { image: cluster.image(image), command },
    ]);
    const adapted = inRegtest({ ...config, "dokomodo:daemons": Object.fromEntries(stated) }, downloads);
    // Only stacks for development may have images without a digest.
    stack.writeConfig({ ...adapted, "dokomodo:images": known, "dokomodo:development": true });
    return new ClusterStack(stack, cluster, namespace);
  }

  /** Runs kubectl in the stack's namespace and returns its output. */
  kubectl(...args: readonly string[]): Promise<string> {
    return this.cluster.kubectl.run("--namespace", this.namespace, ...args);
  }

  /** The differences between the stack's objects in the cluster and what the program asked for; empty when there are none. */
  async differences(): Promise<string> {
    const state = await this.stack.must(
      "stack",
      "export",
      "--show-secrets",
      "--stack",
      this.stack.command.stack,
    );
    const resources: readonly { type: string; custom: boolean; inputs?: object }[] =
      JSON.parse(state).deployment.resources;
    const objects = resources
      .filter(({ type }) => type.startsWith("kubernetes:"))
      .map(({ inputs = {} }) => JSON.parse(JSON.stringify(inputs), revealed));
    if (objects.length < 20) {
      throw new Error(
        `The state has only ${objects.length} objects of Kubernetes; a notary has at least 20.`,
      );
    }
    return this.cluster.kubectl.diff(...objects);
  }

  /** Writes a copy of the cluster's kubeconfig with another server or token, and returns its path. */
  writeKubeconfig({ server, token }: { server?: string; token?: string }): string {
    const config = parse(readFileSync(this.cluster.kubeconfig, "utf8"));
    for (const { cluster } of config.clusters) cluster.server = server ?? cluster.server;
    if (token !== undefined) for (const entry of config.users) entry.user = { token };
    this.stack.writeFile("other.kubeconfig", stringify(config));
    return "other.kubeconfig";
  }

  /** Creates a user who may do nothing, and returns the user's token. */
  async createPoorUser(): Promise<string> {
    await this.cluster.kubectl.run("create", "serviceaccount", "poor", "--namespace=default").catch(() => "");
    return this.cluster.kubectl.run("create", "token", "poor", "--namespace=default");
  }

  /** Forwards a loopback port of this machine to a port of a workload's pod, until `end` is called. */
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
      forwarding.then(
        ({ stderr }) => reject(new Error(`kubectl port-forward to ${workload}-0 ended: ${stderr}`)),
        reject,
      );
    });
    return { address, end: () => forwarding.kill() };
  }

  /** Removes the stack's namespace with all that is in it, what it has on the local Docker Engine, and its folder. */
  async remove(): Promise<void> {
    // The namespace goes last. A namespace that still has pods is looked at again late, which took 90 s.
    await this.kubectl("delete", "statefulsets,pods", "--all");
    await this.cluster.kubectl.run("delete", "namespace", this.namespace, "--ignore-not-found");
    await this.stack.remove();
  }
}
