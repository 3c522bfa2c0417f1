import type { V1Node } from "@kubernetes/client-node";
import { memoryWarning, type PlannedMemory } from "../hostMemory";
import type { Cluster } from "./kubeconfig";
import { hasLabels, ifAllowed } from "./preflight";

type HostNodes = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * Warns of hosts whose nodes have less memory than the stack's pods there reserve. Pods of others are not counted.
 * @param hosts labels of the nodes of each host, keyed by the host's name
 */
export async function memoryWarnings(
  { config }: Cluster,
  hosts: HostNodes,
  planned: (host: string) => PlannedMemory,
): Promise<string[]> {
  const { CoreV1Api } = await import("@kubernetes/client-node");
  // Whoever may not look at nodes, or a cluster that does not answer now, gets no warning.
  const nodes = await ifAllowed(config.makeApiClient(CoreV1Api).listNode()).catch(() => undefined);
  if (nodes === undefined) return [];
  return Object.entries(hosts).flatMap(([host, labels]) => {
    const hasMiB = allocatableMiB(nodes.items.filter((node) => hasLabels(node, labels)));
    return memoryWarning(host, "requestMiB", planned(host), hasMiB) ?? [];
  });
}

/** Units of memory in a quantity of Kubernetes, in bytes. */
const UNITS: Readonly<Record<string, number>> = {
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** The memory that pods can have on nodes together. It is without a limit if a node says nothing that is understood. */
export function allocatableMiB(nodes: readonly V1Node[]): number {
  return nodes.reduce((sum, { status }) => {
    const [, number, unit = ""] = /^([\d.]+)([kKMGT]?i?)$/.exec(status?.allocatable?.["memory"] ?? "") ?? [];
    const bytes = Number(number) * (UNITS[unit] ?? Number.NaN);
    return sum + (Number.isNaN(bytes) ? Number.POSITIVE_INFINITY : bytes / 2 ** 20);
  }, 0);
}
