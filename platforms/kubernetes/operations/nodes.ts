import type { CoreV1Api, V1Node } from "@kubernetes/client-node";
import { z } from "zod";
import type { SeenHost } from "../../operations";
import { ifAllowed } from "../preflight";

/** A host of the cluster: the nodes that have these labels. */
export interface LabelledHost {
  readonly name: string;
  readonly nodes: Readonly<Record<string, string>>;
}

/** The part of the kubelet's summary that is read: memory and disk of its node. */
const summary = z.object({
  node: z.object({
    memory: z.object({ availableBytes: z.number() }).optional(),
    fs: z.object({ availableBytes: z.number(), capacityBytes: z.number() }).optional(),
  }),
});
type Summary = z.infer<typeof summary>["node"];

/**
 * Looks at the nodes of hosts. What the cluster's user may not see is left out: most may not list nodes, and few may ask
 * a kubelet.
 */
export async function seenHosts(
  core: CoreV1Api,
  hosts: readonly LabelledHost[],
  numbers: (quantity: string) => number,
): Promise<SeenHost[]> {
  const nodes = await ifAllowed(core.listNode());
  if (nodes === undefined) return hosts.map(({ name }) => ({ name }));
  const belongs = ({ metadata }: V1Node, host: LabelledHost) =>
    Object.entries(host.nodes).every(([label, value]) => metadata?.labels?.[label] === value);
  const used = nodes.items.filter((node) => hosts.some((host) => belongs(node, host)));
  const summaries = new Map(
    await Promise.all(used.map(async (node) => [node, await summaryOf(core, node)] as const)),
  );
  return hosts.map((host) => {
    const own = used.filter((node) => belongs(node, host));
    return seenHost(
      host,
      own.map((node) => ({ node, summary: summaries.get(node) })),
      numbers,
    );
  });
}

async function summaryOf(core: CoreV1Api, { metadata }: V1Node): Promise<Summary | undefined> {
  try {
    const text: unknown = await core.connectGetNodeProxyWithPath({
      name: metadata?.name ?? "",
      path: "stats/summary",
    });
    return summary.parse(typeof text === "string" ? JSON.parse(text) : text).node;
  } catch {
    // Most users may not do it, and a kubelet may be away. Then these values are unknown.
    return undefined;
  }
}

export interface SummarisedNode {
  readonly node: V1Node;
  readonly summary?: Summary | undefined;
}

/** What is seen of a host, which is one node or several of them. */
export function seenHost(
  { name, nodes }: LabelledHost,
  own: readonly SummarisedNode[],
  numbers: (quantity: string) => number,
): SeenHost {
  const [only] = own;
  if (only === undefined) {
    const labels = Object.entries(nodes).map(([label, value]) => `${label}=${value}`);
    const wanted = labels.length === 0 ? "the cluster has no node" : `no node has ${labels.join(" and ")}`;
    return { name, problem: `host ${name}: ${wanted}. Add such a node, or correct \`nodes\` of the host.` };
  }
  const capacity = (of: string) => sum(own.map(({ node }) => numbers(node.status?.capacity?.[of] ?? "0")));
  const available = own.map((each) => each.summary?.memory?.availableBytes);
  const { fs } = only.summary ?? {};
  return {
    name,
    version: `Kubernetes ${only.node.status?.nodeInfo?.kubeletVersion ?? ""}`.trim(),
    memory: {
      totalBytes: capacity("memory"),
      availableBytes: available.every((bytes) => bytes !== undefined) ? sum(available) : undefined,
    },
    disk:
      own.length === 1 && fs !== undefined
        ? { totalBytes: fs.capacityBytes, freeBytes: fs.availableBytes }
        : undefined,
    cores: capacity("cpu"),
    complaints: own.flatMap(({ node }) =>
      complaintsOf(node).map((complaint) =>
        own.length === 1 ? complaint : `${node.metadata?.name}: ${complaint}`,
      ),
    ),
  };
}

/** In the words of the cluster and of kubectl. */
function complaintsOf({ spec, status }: V1Node): string[] {
  const conditions = status?.conditions ?? [];
  const isReady = conditions.some(({ type, status: is }) => type === "Ready" && is === "True");
  return [
    ...(isReady ? [] : ["NotReady"]),
    ...conditions.filter(({ type, status: is }) => type !== "Ready" && is === "True").map(({ type }) => type),
    ...(spec?.unschedulable === true ? ["SchedulingDisabled"] : []),
  ];
}

function sum(numbers: readonly (number | undefined)[]): number {
  return numbers.reduce<number>((total, number) => total + (number ?? 0), 0);
}
