import { z } from "zod";
import { hostSchema } from "../host";

/** A host in a cluster: one node or several of them. */
export const kubernetesHostSchema = hostSchema.extend({
  /** Labels of its nodes, none for any node; the node of the host's own name where it is not stated. */
  nodes: z.record(z.string().min(1), z.string()).optional(),
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

/** The cluster. */
const clusterSchema = z.strictObject({
  /** Relative to the project; $KUBECONFIG, else ~/.kube/config, where it is not stated. */
  kubeconfig: z
    .string()
    .regex(/^[^\0\n{]+$/, "the path of a kubeconfig, not its text")
    .optional(),
  /** The kubeconfig's current one where it is not stated. */
  context: z.string().min(1).optional(),
  /** `dokomodo-<stack>` where it is not stated. */
  namespace: namespace.optional(),
  /** Otherwise it is there already, with what labels it may have. */
  createNamespace: z.boolean().default(true),
  /** How p2p ports and links from outside of the cluster are open to the world. */
  publish: z.enum(["none", "hostPort", "NodePort", "LoadBalancer"]).default("none"),
  /** Annotations of Services of type LoadBalancer. */
  serviceAnnotations: z.record(z.string().min(1), z.string()).default({}),
  /** The cluster's default where it is not stated. */
  storageClass: z.string().min(1).optional(),
  /** GiB of a chain's volume, by symbol. */
  storage: z.record(z.string().min(1), z.int(GIB).min(1, GIB)).default({}),
  clusterDomain: z.string().min(1).default("cluster.local"),
  /** Networks without peers. Daemons may call any address outside of them. */
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
    ]),
  /** A namespace that is there already, where notaries of several namespaces find each other's leases. */
  leaseNamespace: namespace.optional(),
  imagePullSecrets: z.array(z.string().min(1)).default([]),
});

export type ClusterSettings = z.output<typeof clusterSchema>;

/** Key of the cluster in a stack's config. */
export const CLUSTER_KEY = "dokomodo:kubernetes";

export const kubernetesSettings = z.object({
  [CLUSTER_KEY]: clusterSchema.default(() => clusterSchema.parse({})),
});
