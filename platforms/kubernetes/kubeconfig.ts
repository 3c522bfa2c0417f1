import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter } from "node:path";
import type { KubeConfig } from "@kubernetes/client-node";
import { messageOf } from "../../input/messageOf";
import { YamlSource } from "../../input/source";
import { withoutPasswords } from "../../input/wording";

/** How a person says which cluster is meant. */
export interface ClusterSettings {
  /** Path of a kubeconfig; that of $KUBECONFIG, else ~/.kube/config, if absent. */
  readonly kubeconfig?: string | undefined;
  /** The kubeconfig's current context if absent. */
  readonly context?: string | undefined;
}

export interface Cluster {
  readonly config: KubeConfig;
  /** For people: `cluster alpha at https://198.51.100.10:6443`. */
  readonly description: string;
}

/** Reads the kubeconfig. Its errors say what a person can do. They quote nothing of the file, which holds keys. */
export async function readCluster({ kubeconfig, context }: ClusterSettings): Promise<Cluster> {
  const { KubeConfig } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  const source = kubeconfig ?? process.env["KUBECONFIG"] ?? "~/.kube/config";
  if (source.includes("\n")) {
    throw new Error(
      "KUBECONFIG holds more than one line; it has to be the path of a kubeconfig, not its text",
    );
  }
  try {
    if (kubeconfig === undefined) config.loadFromDefault();
    else config.loadFromFile(kubeconfig);
  } catch (error) {
    throw new Error(`the kubeconfig ${source} cannot be read: ${faultOf(source, error)}`);
  }
  if (context !== undefined) {
    const contexts = config.getContexts().map(({ name }) => name);
    if (!contexts.includes(context)) {
      throw new Error(
        `the kubeconfig ${source} has no context ${context}; it has ${contexts.join(", ")}. State one of them as dokomodo:kubernetes.context`,
      );
    }
    config.setCurrentContext(context);
  }
  const cluster = config.getCurrentCluster();
  if (cluster === null) {
    throw new Error(
      `the kubeconfig ${source} leads to no cluster; state dokomodo:kubernetes.kubeconfig or context, or set KUBECONFIG`,
    );
  }
  return { config, description: `cluster ${cluster.name} at ${withoutPasswords(cluster.server)}` };
}

/** Messages of client-node itself about the content of a file. They quote places and names, and no other values. */
const OWN_WORDS = /^((clusters|users|contexts)\[\d+\]\S* is missing|Duplicate (cluster|user|context): .*)$/;

/**
 * Says what is wrong in the kubeconfig's files. client-node's YAML parser quotes the lines around a fault, so
 * YamlSource, which quotes nothing, reads the files again.
 */
function faultOf(source: string, error: unknown): string {
  if (error instanceof Error && "syscall" in error) {
    return `${error.message}. State its path as dokomodo:kubernetes.kubeconfig or in KUBECONFIG, and let your user read it.`;
  }
  for (const path of source.split(delimiter)) {
    const [fault] = YamlSource.parse(path, textOf(path)).problems;
    if (fault?.position === undefined) continue;
    const { message, position } = fault;
    return `${path}:${position.line}:${position.column}: ${message}`;
  }
  const message = messageOf(error);
  return OWN_WORDS.test(message) ? message : "it is YAML, but no kubeconfig";
}

/**
 * The text of a file. A missing file counts as an empty mapping, because $KUBECONFIG may name files that do not exist.
 */
function textOf(path: string): string {
  try {
    return readFileSync(path.replace(/^~(?=\/)/, homedir()), "utf8");
  } catch {
    return "{}";
  }
}
