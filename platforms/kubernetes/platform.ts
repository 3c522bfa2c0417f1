import type { StatefulSet } from "@pulumi/kubernetes/apps/v1/statefulSet";
import { Service } from "@pulumi/kubernetes/core/v1/service";
import { ServiceAccount } from "@pulumi/kubernetes/core/v1/serviceAccount";
import type { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import { LINK_PORT, proxyContainer } from "../haproxy/proxy";
import type { Network, NetworkArgs, Platform, Workload, WorkloadAddress, WorkloadArgs } from "../platform";
import { createFiles } from "./files";
import { createGateway } from "./gateway";
import { createLeaseAccount } from "./lease";
import { podSpec } from "./pod";
import {
  createDefaultPolicy,
  createWorkloadPolicy,
  NETWORK,
  type PolicyArgs,
  ROLE,
  WORKLOAD,
} from "./policy";
import type { KubernetesRollOut } from "./rollOut";
import { createPublishingService, type Publishing } from "./service";
import { createSet } from "./statefulSet";

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
  readonly storageClass?: string;
  /** CIDRs that no daemon's peers are in: the cluster's own and its neighbours'. */
  readonly privateNetworks: readonly string[];
  /** Where lease objects are, that several stacks may share; the own namespace where absent. */
  readonly leaseNamespace?: string;
  /** Names of Secrets of the namespace with which images are pulled. */
  readonly imagePullSecrets: readonly pulumi.Input<string>[];
  /** When pods that run may be replaced; all at once where absent. */
  readonly rollOut?: KubernetesRollOut;
  /** Static marks of everything that the platform makes, for `kubectl get --selector`. */
  readonly labels: Readonly<Record<string, string>>;
}

/** Nodes that go by one name in the stack's config. */
export interface KubernetesHost {
  /** Labels that the nodes have; any node of the cluster where empty. */
  readonly nodes: Readonly<Record<string, string>>;
  /** IPv4 address where callers from outside of the cluster find what is published; none where nobody calls. */
  readonly address?: string;
  /** Address of the node that host ports are bound to; 0.0.0.0 for all of them. */
  readonly listen: string;
}

/** Volumes and pods of all hosts of one cluster are on one network. */
const SEGMENT = "kubernetes";

/** Workloads in a namespace of a cluster: each a StatefulSet of one pod. */
export class KubernetesPlatform implements Platform {
  private readonly sets: StatefulSet[] = [];

  constructor(private readonly args: KubernetesPlatformArgs) {}

  /** The workloads' names, as soon as the API server has taken all of them. */
  taken(): Promise<string[]> {
    const names = pulumi.all(this.sets.map(({ metadata }) => metadata.name));
    return new Promise((resolve) => names.apply(resolve));
  }

  segmentOf(): string {
    return SEGMENT;
  }

  network(name: string, args: NetworkArgs, opts: pulumi.CustomResourceOptions): Network {
    const { provider, namespace, labels, privateNetworks, hosts } = this.args;
    const options = { ...opts, provider };
    const policy: PolicyArgs = { namespace, network: name, labels, privateNetworks };
    const metadata = { name, namespace, labels };
    createDefaultPolicy(policy, options);
    new ServiceAccount(name, { metadata, automountServiceAccountToken: false }, options);
    for (const hostName of args.calledFromElsewhere) {
      const host = hosts[hostName];
      if (host === undefined || this.args.publishing.kind === "none") continue;
      const set = createGateway(
        `${name}-${hostName}-gateway`,
        { ...this.args, policy, host, port: args.linkPort },
        options,
      );
      this.sets.push(set);
    }
    return new KubernetesNetwork(name, this.args, policy, args.linkPort, this.sets);
  }
}

class KubernetesNetwork implements Network {
  constructor(
    private readonly name: string,
    private readonly platform: KubernetesPlatformArgs,
    private readonly policy: PolicyArgs,
    private readonly linkPort: number,
    private readonly sets: StatefulSet[],
  ) {}

  leaseNamespace(): pulumi.Input<string> {
    return this.platform.leaseNamespace ?? this.platform.namespace;
  }

  workload(name: string, args: WorkloadArgs, opts: pulumi.CustomResourceOptions): Workload {
    const host = this.platform.hosts[args.host];
    if (host === undefined)
      throw new pulumi.RunError(`${name}: no host of the cluster is named ${args.host}`);
    const make = () => this.createObjects(name, args, host, { ...opts, provider: this.platform.provider });
    const { rollOut } = this.platform;
    if (rollOut === undefined) make();
    else rollOut.run(name, make);
    const inside: WorkloadAddress = { name, hostname: this.hostname(name), port: LINK_PORT, remote: false };
    return {
      name,
      addressFrom: () => inside,
      addressFromElsewhere: () =>
        host.address === undefined || this.platform.publishing.kind === "none"
          ? inside
          : { name, hostname: host.address, port: this.linkPort, remote: true },
    };
  }

  private hostname(name: string): string {
    return `${name}.${this.platform.namespaceName}.svc.${this.platform.clusterDomain}`;
  }

  private createObjects(
    name: string,
    args: WorkloadArgs,
    host: KubernetesHost,
    opts: pulumi.CustomResourceOptions,
  ): StatefulSet {
    const { namespace, publishing, imagePullSecrets, storageClass } = this.platform;
    const { containers, publishedPorts, serves } = args;
    const labels = { ...this.platform.labels, ...args.labels };
    const selector = { [WORKLOAD]: name };
    const metadata = { name, namespace, labels };
    const sidecar = proxyContainer(this.platform.proxyImage, args);
    const files = createFiles(name, namespace, labels, [...containers, sidecar], opts);
    createWorkloadPolicy(name, this.policy, args, opts);
    new Service(
      name,
      {
        metadata,
        spec: {
          clusterIP: "None",
          selector,
          // A call is held by the proxy while what it goes to starts.
          publishNotReadyAddresses: true,
          ports: [{ name: "link", port: LINK_PORT, targetPort: LINK_PORT, protocol: "TCP" }],
        },
      },
      opts,
    );
    createPublishingService(`${name}-p2p`, { metadata, selector, publishing, ports: publishedPorts }, opts);
    const spec = podSpec({
      containers,
      sidecar,
      ...(serves === undefined ? {} : { sidecarPort: LINK_PORT, readyPort: serves.port }),
      files,
      serviceAccount: createLeaseAccount(name, { namespace, labels, containers }, opts) ?? this.name,
      nodes: host.nodes,
      apartFrom: { [NETWORK]: this.name },
      hostPorts: publishing.kind === "hostPort" ? publishedPorts : [],
      listen: host.listen,
      imagePullSecrets,
    });
    const claim = containers.find(({ volume }) => volume !== undefined)?.volume;
    const set = createSet(
      name,
      {
        namespace,
        labels,
        podLabels: { [NETWORK]: this.name, [ROLE]: args.identity.role },
        spec,
        ...(claim === undefined ? {} : { claim }),
        ...(storageClass === undefined ? {} : { storageClass }),
      },
      opts,
    );
    this.sets.push(set);
    return set;
  }
}
