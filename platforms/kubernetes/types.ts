import type { StatefulSet } from "@pulumi/kubernetes/apps/v1/statefulSet";
import type { Provider } from "@pulumi/kubernetes/provider";
import type * as pulumi from "@pulumi/pulumi";
import type { DownloadPlaces } from "../provision";
import type { Publishing } from "./service";

export interface KubernetesPlatformArgs {
  /** The cluster's own provider. The default provider, which goes by the operator's own kubeconfig, is disabled. */
  readonly provider: Provider;
  readonly namespace: pulumi.Input<string>;
  /** Name of the namespace, as it is in names of Services. */
  readonly namespaceName: string;
  /** Last part of the names of Services: `cluster.local`. */
  readonly clusterDomain: string;
  /** Keyed by the host's name in the stack's config. */
  readonly hosts: Readonly<Record<string, KubernetesHost>>;
  readonly publishing: Publishing;
  /** Image with HAProxy 2.6 or newer. */
  readonly proxyImage: pulumi.Input<string>;
  /** Image with Node 18 or newer. */
  readonly nodeImage: pulumi.Input<string>;
  /** Where downloads are looked for before their own sources; nowhere if absent. */
  readonly downloadPlaces?: DownloadPlaces | undefined;
  /** What the names of the claims for downloads begin with; `dokomodo-downloads` if absent. */
  readonly downloadsClaim?: string | undefined;
  /** The cluster's default class if absent. */
  readonly storageClass?: string | undefined;
  /** CIDRs of networks in which no daemon has peers: the cluster's own and its neighbours'. */
  readonly privateNetworks: readonly string[];
  /** The namespace of lease objects, which several stacks may share; the stack's own namespace if absent. */
  readonly leaseNamespace?: string | undefined;
  /** Names of Secrets of the namespace with which images are pulled. */
  readonly imagePullSecrets: readonly pulumi.Input<string>[];
  /** Decides when pods that run may be replaced; all at once if absent. */
  readonly rollOut?: PodTurns | undefined;
  /** Labels of everything that the platform makes, for `kubectl get --selector`. */
  readonly labels: Readonly<Record<string, string>>;
}

/** Lets pods be replaced one after the other. */
export interface PodTurns {
  /** Calls `make` when it is the turn of the workload of that name. */
  run(name: string, make: () => StatefulSet): void;
}

/** The nodes that are one host in the stack's config. */
export interface KubernetesHost {
  /** Labels that the nodes have; any node of the cluster if empty. */
  readonly nodes: Readonly<Record<string, string>>;
  /** IPv4 address at which callers from outside of the cluster find what is published; absent if nobody calls. */
  readonly address?: string | undefined;
  /** Address of the node that host ports are bound to; 0.0.0.0 for all of them. */
  readonly listen: string;
}
