import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { KubeConfig } from "@kubernetes/client-node/dist/config.js";

/** Which cluster, of those a kubeconfig knows. */
export interface Choice {
  /** A file's path or its content; empty for the ambient one, $KUBECONFIG or ~/.kube/config. */
  readonly kubeconfig: string;
  readonly context: string;
  readonly cluster: string;
}

/** Throws when the kubeconfig cannot be read, or has no such context. */
export function loadKubeconfig({ kubeconfig, context, cluster }: Choice): KubeConfig {
  const config = new KubeConfig();
  const path = kubeconfig.replace(/^~(?=$|\/)/, homedir());
  if (kubeconfig === "") loadAmbient(config);
  else if (existsSync(path)) config.loadFromFile(path);
  else config.loadFromString(kubeconfig);
  if (context !== "") config.setCurrentContext(context);
  const current = config.getContextObject(config.currentContext);
  if (current === null) {
    const known = config.contexts.map(({ name }) => name).join(", ") || "none";
    throw new Error(`context "${config.currentContext}" does not exist (there are: ${known})`);
  }
  if (cluster === "") return config;
  const chosen = config.getCluster(cluster);
  if (chosen === null) throw new Error(`cluster "${cluster}" does not exist`);
  const name = `${current.name}:${cluster}`;
  config.addContext({ ...current, name, cluster });
  config.setCurrentContext(name);
  return config;
}

/** client-node falls back to localhost:8080 and, inside a pod, to the pod's own account; client-go only to the latter. */
function loadAmbient(config: KubeConfig): void {
  const inPod = existsSync("/var/run/secrets/kubernetes.io/serviceaccount/token");
  const stated = process.env["KUBECONFIG"] ?? "";
  if (stated === "" && !inPod && !existsSync(join(homedir(), ".kube", "config")))
    throw new Error("no kubeconfig: $KUBECONFIG is not set, and there is no ~/.kube/config");
  config.loadFromDefault();
}

/** What a cluster is told apart by: its address and its authority. Undefined where that cannot be said. */
export function clusterOf(choice: Choice): unknown {
  if (choice.kubeconfig === "") return undefined;
  try {
    const found = loadKubeconfig(choice).getCurrentCluster();
    if (found === null) return undefined;
    const { server, caData, caFile, skipTLSVerify, tlsServerName, proxyUrl } = found;
    return { server, caData, caFile, skipTLSVerify, tlsServerName, proxyUrl };
  } catch {
    return undefined;
  }
}
