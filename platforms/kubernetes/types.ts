import type { StatefulSet } from "@pulumi/kubernetes/apps/v1/statefulSet";
import type { Provider } from "@pulumi/kubernetes/provider";
import type * as pulumi from "@pulumi/pulumi";
import type { Publishing } from "./service";

export interface KubernetesPlatformArgs {
  /** Explicit: the default provider would be whatever the operator's machine has. */
  readonly provider: Provider;
  readonly namespace: pulumi.Input<string>;
  /** Name of the namespace, as it is in names of Services. */
  readonly namespaceName: string;
  /** Last part of the names of Services: `cluster.local`. */
  readonly clusterDomain: string;
  /** By the host's name in the stack's config. */
  readonly hosts: Readonly<Record<string, KubernetesHost>>;
  readonly publishing: Publishing;
  /** Image with HAProxy 2.6 or newer. */
  readonly proxyImage: pulumi.Input<string>;
  /** The cluster's default where absent. */
  readonly storageClass?: string | undefined;
  /** CIDRs that no daemon's peers are in: the cluster's own and its neighbours'. */
  readonly privateNetworks: readonly string[];
  /** Where lease objects are, that several stacks may share; the own namespace where absent. */
  readonly leaseNamespace?: string | undefined;
  /** Names of Secrets of the namespace with which images are pulled. */
  readonly imagePullSecrets: readonly pulumi.Input<string>[];
  /** When pods that run may be replaced; all at once where absent. */
  readonly rollOut?: PodTurns | undefined;
  /** Static marks of everything that the platform makes, for `kubectl get --selector`. */
  readonly labels: Readonly<Record<string, string>>;
}

/** Lets pods be replaced one after the other. */
export interface PodTurns {
  /** Calls `make` when it is the turn of the workload of that name. */
  run(name: string, make: () => StatefulSet): void;
}

/** Nodes that go by one name in the stack's config. */
export interface KubernetesHost {
  /** Labels that the nodes have; any node of the cluster where empty. */
  readonly nodes: Readonly<Record<string, string>>;
  /** IPv4 address where callers from outside of the cluster find what is published; none where nobody calls. */
  readonly address?: string | undefined;
  /** Address of the node that host ports are bound to; 0.0.0.0 for all of them. */
  readonly listen: string;
}
