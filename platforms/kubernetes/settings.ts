import { z } from "zod";
import { hostSchema } from "../host";

/** A host in a cluster: one node or several of them. */
export const kubernetesHostSchema = hostSchema.extend({
  nodes: z
    .record(z.string().min(1), z.string())
    .optional()
    .describe(
      "The labels that a node of the cluster has to have to belong to the host, such as `{ size: big }`. `{}` means any node. Where it is absent, the host is the node of the host's own name. It is not used on other platforms.",
    ),
});

export type KubernetesHostSettings = z.output<typeof kubernetesHostSchema>;

/** What a namespace's name is (RFC 1123), */
export const NAMESPACE_NAME = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
/** and in words. */
export const DNS_LABEL =
  "a DNS label: at most 63 lower-case letters, digits and -, with a letter or digit at both ends";
const namespace = z.string().regex(NAMESPACE_NAME, DNS_LABEL);
const cidr = z.union([z.cidrv4(), z.cidrv6()], "a network such as 10.0.0.0/8");
const GIB = "a whole number of GiB, 1 or more";

/** GiB of a chain's volume for which neither the cluster's settings nor the daemon's state a size. */
export const DEFAULT_SIZE_GIB = 32;

const clusterSchema = z.strictObject({
  kubeconfig: z
    .string()
    .regex(/^[^\0\n{]+$/, "the path of a kubeconfig, not its text")
    .optional()
    .describe(
      "The kubeconfig file, relative to the project's folder. Where it is absent, it is the file in $KUBECONFIG, or else ~/.kube/config.",
    ),
  context: z
    .string()
    .min(1)
    .optional()
    .describe(
      "The context of the kubeconfig that leads to the cluster. Where it is absent, it is the current one.",
    ),
  namespace: namespace
    .optional()
    .describe(
      "The namespace of the stack's workloads. Where it is absent, it is `dokomodo-<stack>`, with the name under which the stack was first brought up.",
    ),
  createNamespace: z
    .boolean()
    .default(true)
    .describe(
      "Whether the stack makes the namespace and sets its labels. With `false` the namespace has to be there already.",
    ),
  publish: z
    .enum(["none", "hostPort", "NodePort", "LoadBalancer"])
    .default("none")
    .describe(
      "How p2p ports, and calls from outside of the cluster, reach the pods: not at all, by ports of the node, or by a Service of type NodePort or LoadBalancer.",
    ),
  serviceAnnotations: z
    .record(z.string().min(1), z.string())
    .default({})
    .describe(
      "Annotations for Services of type LoadBalancer, by which most clouds can be asked for a fixed address.",
    ),
  storageClass: z
    .string()
    .min(1)
    .optional()
    .describe("The storage class of the chains' volumes. Where it is absent, it is the cluster's default."),
  storage: z
    .record(z.string().min(1), z.int(GIB).min(1, GIB))
    .default({})
    .describe(
      `The size of a chain's volume in GiB, keyed by the chain's symbol. Where a chain is absent, the size is the \`storage\` of its daemon, or else ${DEFAULT_SIZE_GIB}. It counts for new volumes only.`,
    ),
  clusterDomain: z
    .string()
    .min(1)
    .default("cluster.local")
    .describe("The domain under which the cluster's DNS names Services."),
  privateNetworks: z
    .array(cidr)
    .default([
      "10.0.0.0/8",
      "100.64.0.0/10",
      "169.254.0.0/16",
      "172.16.0.0/12",
      "192.168.0.0/16",
      "fc00::/7",
      "fe80::/10",
    ])
    .describe(
      "Networks in which no peers are, such as those of the cluster itself. Daemons may call peers at any address outside of these networks.",
    ),
  leaseNamespace: namespace
    .optional()
    .describe(
      "A namespace that is there already, in which notaries of several namespaces see each other's leases. Where it is absent, leases are in the stack's own namespace.",
    ),
  imagePullSecrets: z
    .array(z.string().min(1))
    .default([])
    .describe(
      "Names of Secrets in the namespace with which images are pulled, beside the logins of `dokomodo:registries`.",
    ),
});

export type ClusterSettings = z.output<typeof clusterSchema>;

/**
 * The namespace of a stack's workloads.
 * @param stackName the name under which the stack was first brought up
 */
export function namespaceOf(
  { namespace: stated }: Pick<ClusterSettings, "namespace">,
  stackName: string,
): string {
  return stated ?? `dokomodo-${stackName}`;
}

/** Key of the cluster in a stack's config. */
export const CLUSTER_KEY = "dokomodo:kubernetes";

export const kubernetesSettings = z.object({
  [CLUSTER_KEY]: clusterSchema
    .default(() => clusterSchema.parse({}))
    .describe("The cluster that hosts on Kubernetes are in (docs/guide/kubernetes.md)."),
});
