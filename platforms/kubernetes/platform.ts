import type { StatefulSet } from "@pulumi/kubernetes/apps/v1/statefulSet";
import { Service } from "@pulumi/kubernetes/core/v1/service";
import { ServiceAccount } from "@pulumi/kubernetes/core/v1/serviceAccount";
import * as pulumi from "@pulumi/pulumi";
import { LINK_PORT } from "../haproxy/configuration";
import { proxyContainer } from "../haproxy/proxy";
import type {
  LeaseLocation,
  Network,
  NetworkArgs,
  Platform,
  Workload,
  WorkloadAddress,
  WorkloadArgs,
} from "../platform";
import { PROVISION_ROLE } from "../provision";
import { createFiles } from "./files";
import { createGateway } from "./gateway";
import { createLeaseAccount } from "./leaseAccount";
import { gatewayName, publishingName, SEGMENT } from "./names";
import { podSpec } from "./pod";
import {
  createDefaultPolicy,
  createWorkloadPolicy,
  NETWORK,
  type PolicyArgs,
  ROLE,
  WORKLOAD,
} from "./policy";
import {
  createDownloadsClaim,
  createProgram,
  type DownloadsClaim,
  isOneNode,
  type ProvisionObjects,
  podProvision,
} from "./provision";
import { createPublishingService } from "./service";
import { createSet } from "./statefulSet";
import type { KubernetesHost, KubernetesPlatformArgs } from "./types";

/** Runs workloads in a namespace of a cluster. Each is a StatefulSet of one pod. */
export class KubernetesPlatform implements Platform {
  private readonly sets: StatefulSet[] = [];
  /** The claims for downloads, keyed by the host's name. */
  private readonly claims = new Map<string, DownloadsClaim>();
  private provisionProgram: pulumi.Output<string> | undefined;

  constructor(private readonly args: KubernetesPlatformArgs) {}

  /** The names of all workloads. Resolves when the API server has accepted all of them. */
  taken(): Promise<string[]> {
    const names = pulumi.all(this.sets.map(({ metadata }) => metadata.name));
    return new Promise((resolve) => names.apply(resolve));
  }

  segmentOf(): string {
    return SEGMENT;
  }

  network(name: string, args: NetworkArgs, opts: pulumi.CustomResourceOptions): Network {
    const { provider, namespace, labels, privateNetworks, downloadPlaces, hosts } = this.args;
    const options = { ...opts, provider };
    const policy: PolicyArgs = { namespace, network: name, labels, privateNetworks, downloadPlaces };
    const metadata = { name, namespace, labels };
    createDefaultPolicy(policy, options);
    new ServiceAccount(name, { metadata, automountServiceAccountToken: false }, options);
    for (const hostName of args.calledFromElsewhere) {
      const host = hosts[hostName];
      if (host === undefined || this.args.publishing.kind === "none") continue;
      const set = createGateway(
        gatewayName(name, hostName),
        { ...this.args, policy, host, port: args.linkPort },
        options,
      );
      this.sets.push(set);
    }
    return new KubernetesNetwork(name, this.args, policy, args.linkPort, this.sets, (host) => ({
      program: () => this.program(),
      claim: () => this.downloadsClaim(host),
    }));
  }

  /** The ConfigMap with the program that provides pods with what they need. */
  private program(): pulumi.Output<string> {
    this.provisionProgram ??= createProgram(PROVISION_ROLE, this.args, { provider: this.args.provider });
    return this.provisionProgram;
  }

  /** The claim for the downloads of a host, which all its pods share; undefined if the host is many nodes. */
  private downloadsClaim(hostName: string): DownloadsClaim | undefined {
    const { hosts, provider, downloadsClaim = "dokomodo-downloads" } = this.args;
    const host = hosts[hostName];
    if (host === undefined || !isOneNode(host)) return undefined;
    const existing = this.claims.get(hostName);
    const claim = existing ?? createDownloadsClaim(`${downloadsClaim}-${hostName}`, this.args, { provider });
    this.claims.set(hostName, claim);
    return claim;
  }
}

class KubernetesNetwork implements Network {
  constructor(
    private readonly name: string,
    private readonly platform: KubernetesPlatformArgs,
    private readonly policy: PolicyArgs,
    private readonly linkPort: number,
    private readonly sets: StatefulSet[],
    private readonly provisionOn: (host: string) => ProvisionObjects,
  ) {}

  lease(_host: string, name: pulumi.Input<string>): LeaseLocation {
    return { namespace: this.platform.leaseNamespace ?? this.platform.namespace, name };
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
    const [first] = containers;
    const provision = podProvision(name, first, this.platform, this.provisionOn(args.host));
    const fetching = provision === undefined ? [] : [provision.container];
    const files = createFiles(name, namespace, labels, [...containers, sidecar, ...fetching], opts);
    createWorkloadPolicy(name, this.policy, args, opts);
    new Service(
      name,
      {
        metadata,
        spec: {
          clusterIP: "None",
          selector,
          // Callers find a pod that is not ready too, because its proxy holds their calls until the daemon takes them.
          publishNotReadyAddresses: true,
          ports: [{ name: "link", port: LINK_PORT, targetPort: LINK_PORT, protocol: "TCP" }],
        },
      },
      opts,
    );
    createPublishingService(
      publishingName(name),
      { metadata, selector, publishing, ports: publishedPorts },
      opts,
    );
    const spec = podSpec({
      containers,
      sidecar,
      provision,
      sidecarPort: serves === undefined ? undefined : LINK_PORT,
      readyPort: serves?.port,
      files,
      serviceAccount: createLeaseAccount(name, { namespace, labels, containers }, opts) ?? this.name,
      nodes: host.nodes,
      apartFrom: { [NETWORK]: this.name },
      hostPorts: publishing.kind === "hostPort" ? publishedPorts : [],
      listen: host.listen,
      imagePullSecrets,
    });
    const volume = containers.find((each) => each.volume !== undefined)?.volume;
    const set = createSet(
      name,
      {
        namespace,
        labels,
        podLabels: { [NETWORK]: this.name, [ROLE]: args.identity.role },
        spec,
        claim: volume,
        storageClass,
      },
      opts,
    );
    this.sets.push(set);
    return set;
  }
}
