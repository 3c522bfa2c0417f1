import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { KubeConfig } from "@kubernetes/client-node/dist/config.js";

/** Chooses one of a kubeconfig's clusters. */
export interface Choice {
  /** Path or content of a kubeconfig. When empty, it is the one of $KUBECONFIG or ~/.kube/config. */
  readonly kubeconfig: string;
  readonly context: string;
  readonly cluster: string;
}

/** Loads a kubeconfig. Throws when it cannot be read, or lacks the context or the cluster. */
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

/**
 * Loads the kubeconfig of the environment. client-node falls back to the account of the pod that it runs in, and else to
 * localhost:8080. client-go has only the first fallback, so this throws instead of the second.
 */
function loadAmbient(config: KubeConfig): void {
  const inPod = existsSync("/var/run/secrets/kubernetes.io/serviceaccount/token");
  const stated = process.env["KUBECONFIG"] ?? "";
  if (stated === "" && !inPod && !existsSync(join(homedir(), ".kube", "config")))
    throw new Error("there is no kubeconfig: $KUBECONFIG is not set, and ~/.kube/config does not exist");
  config.loadFromDefault();
}

/** What identifies a cluster: its address and its authority. Undefined when these cannot be determined. */
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
