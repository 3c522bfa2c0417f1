import type { KubeConfig } from "@kubernetes/client-node";

/** Where a cluster is, as a person states it. */
export interface ClusterSettings {
  /** Path of a kubeconfig; $KUBECONFIG, else ~/.kube/config, where absent. */
  readonly kubeconfig?: string | undefined;
  /** The kubeconfig's current one where absent. */
  readonly context?: string | undefined;
}

export interface Cluster {
  readonly config: KubeConfig;
  /** For people: `cluster alpha at https://198.51.100.10:6443`. */
  readonly description: string;
}

/** Reads the kubeconfig. Throws what a person can do about it. */
export async function readCluster({ kubeconfig, context }: ClusterSettings): Promise<Cluster> {
  const { KubeConfig } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  const source = kubeconfig ?? process.env["KUBECONFIG"] ?? "~/.kube/config";
  try {
    if (kubeconfig === undefined) config.loadFromDefault();
    else config.loadFromFile(kubeconfig);
  } catch (error) {
    throw new Error(`the kubeconfig ${source} cannot be read: ${messageOf(error)}`);
  }
  if (context !== undefined) {
    const contexts = config.getContexts().map(({ name }) => name);
    if (!contexts.includes(context)) {
      throw new Error(`the kubeconfig ${source} has no context ${context}; it has ${contexts.join(", ")}`);
    }
    config.setCurrentContext(context);
  }
  const cluster = config.getCurrentCluster();
  if (cluster === null) {
    throw new Error(
      `the kubeconfig ${source} leads to no cluster; state dokomodo:kubernetes.kubeconfig or context, or set KUBECONFIG`,
    );
  }
  return { config, description: `cluster ${cluster.name} at ${cluster.server}` };
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
