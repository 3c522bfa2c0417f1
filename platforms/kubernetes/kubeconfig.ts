import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter } from "node:path";
import type { KubeConfig } from "@kubernetes/client-node";
import { YamlSource } from "../../input/source";
import { withoutPasswords } from "../../input/wording";

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

/** Reads the kubeconfig. Throws what a person can do about it, and nothing of what the file holds: tokens and keys. */
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
  return { config, description: `cluster ${cluster.name} at ${withoutPasswords(cluster.server)}` };
}

/** What client-node itself says of a file's content; it names places, and no values but names. */
const OWN_WORDS = /^((clusters|users|contexts)\[\d+\]\S* is missing|Duplicate (cluster|user|context): .*)$/;

/** The YAML parser's message quotes the lines around a fault, so the files are read again by one that does not. */
function faultOf(source: string, error: unknown): string {
  if (error instanceof Error && "syscall" in error) return error.message;
  for (const path of source.split(delimiter)) {
    const [fault] = YamlSource.parse(path, textOf(path)).problems;
    if (fault?.position === undefined) continue;
    const { message, position } = fault;
    return `${path}:${position.line}:${position.column}: ${message}`;
  }
  const message = messageOf(error);
  return OWN_WORDS.test(message) ? message : "it is YAML, and not what a kubeconfig is";
}

/** Of a file that need not be there; an empty mapping, which is no fault, where it is not. */
function textOf(path: string): string {
  try {
    return readFileSync(path.replace(/^~(?=\/)/, homedir()), "utf8");
  } catch {
    return "{}";
  }
}

/** What went wrong with a call of the cluster, on one line, without the credentials that it was made with. */
export function callFailure(error: unknown): string {
  // An exec plugin's output, or an answer, of which the message has a part.
  if (error instanceof SyntaxError) return "what answered, or the kubeconfig's exec plugin, gave no JSON";
  if (/is not a legal HTTP header value/.test(messageOf(error))) {
    return "the kubeconfig's token or password has a character that no header may have, such as a line break at its end";
  }
  const cause = error instanceof Error && error.cause !== undefined ? `: ${messageOf(error.cause)}` : "";
  // An answer's whole body follows its first line.
  const [line = ""] = messageOf(error).split("\n");
  return withoutPasswords(`${line}${cause}`.replaceAll(/\b(Bearer|Basic) \S+/g, "$1 …"));
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
