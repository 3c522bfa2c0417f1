import { randomBytes } from "node:crypto";
import { type TestedCluster, testedCluster } from "../../dev/standIns/cluster/tested";
import { Project } from "../engine/Project";

/** A Pulumi project on the tests' cluster. Its objects go to a namespace of its own. */
export class KubernetesProject {
  private constructor(
    readonly cluster: TestedCluster,
    readonly project: Project,
    readonly namespace: string,
  ) {}

  /**
   * @param body JavaScript that can use `k8s` and `provider`
   * @param options with `bare` the namespace is not made
   */
  static async create(body: string, { bare = false } = {}): Promise<KubernetesProject> {
    const cluster = await testedCluster();
    const namespace = `provider-${randomBytes(4).toString("hex")}`;
    if (!bare) await cluster.kubectl.run("create", "namespace", namespace);
    const project = await Project.create("", "", ["kubernetes"]);
    const made = new KubernetesProject(cluster, project, namespace);
    await made.write(body);
    return made;
  }

  /** @param args further arguments of the provider, as JavaScript */
  async write(body: string, args = ""): Promise<void> {
    const { kubeconfig } = this.cluster;
    await this.project.writeWarm(`
      const pulumi = require("@pulumi/pulumi");
      const k8s = require("@pulumi/kubernetes");
      const provider = new k8s.Provider("cluster", {
        kubeconfig: ${JSON.stringify(kubeconfig)}, namespace: "${this.namespace}", ${args}
      });
      ${body}
    `);
  }

  /** JSON of an object of the namespace, from the cluster. */
  async object(kind: string, name: string): Promise<string> {
    return this.kubectl("get", kind, name, "--output=json");
  }

  async names(kind: string): Promise<string[]> {
    const text = await this.kubectl("get", kind, "--output=name");
    return text
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => line.slice(line.indexOf("/") + 1));
  }

  kubectl(...args: readonly string[]): Promise<string> {
    return this.cluster.kubectl.run("--namespace", this.namespace, ...args);
  }

  async remove(): Promise<void> {
    await this.project.remove();
    await this.cluster.kubectl.run(
      "delete",
      "namespace",
      this.namespace,
      "--ignore-not-found",
      "--wait=false",
    );
  }
}
