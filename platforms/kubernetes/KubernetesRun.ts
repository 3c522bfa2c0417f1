import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import { messageOf } from "../../input/messageOf";
import type { RollOut } from "../RollOut";
import { loginConfig } from "../registryLogin";
import type { PlatformRun, Preparation, RunArgs, Volumes } from "../run";
import { STACK_LABEL } from "../stackLabel";
import { explainCall } from "./callFailure";
import { findVolumes } from "./claims";
import { createLogins, createNamespace } from "./cluster";
import { tryImages } from "./images";
import { type Cluster, readCluster } from "./kubeconfig";
import { memoryWarnings } from "./nodeMemory";
import { KubernetesPlatform } from "./platform";
import { probeCluster } from "./preflight";
import { isOneNode } from "./provision";
import { KubernetesRollOut, type RunningNamespace, readNamespace } from "./rollOut";
import type { Publishing } from "./service";
import {
  type ClusterSettings,
  DNS_LABEL,
  type KubernetesHostSettings,
  NAMESPACE_NAME,
  namespaceOf,
} from "./settings";
import { untilStarted } from "./start";
import type { KubernetesHost } from "./types";

/** Seconds between two reports about pods that have not come up yet. */
const SILENT_SECONDS = 10;

const UNCHANGED = "Nothing was changed. Try again when this is mended.";

/**
 * A run in the stack's cluster. A preview contacts the cluster too, because the cluster's provider would do so anyway.
 */
export class KubernetesRun implements PlatformRun {
  readonly outputs: { readonly namespace: string };
  private readonly namespace: string;
  private readonly labels: Readonly<Record<string, string>>;
  private readonly hosts: Readonly<Record<string, KubernetesHost>>;
  private read: Promise<Cluster> | undefined;
  private running: RunningNamespace | undefined;
  private deployed: KubernetesPlatform | undefined;

  constructor(
    hosts: readonly KubernetesHostSettings[],
    private readonly settings: ClusterSettings,
    private readonly args: RunArgs,
  ) {
    this.namespace = namespaceOf(settings, args.stackName);
    this.outputs = { namespace: this.namespace };
    this.labels = { [STACK_LABEL]: args.stackName };
    this.hosts = Object.fromEntries(
      hosts.map(({ name, nodes = { "kubernetes.io/hostname": name }, address, listen }) => [
        name,
        { nodes, listen, address },
      ]),
    );
  }

  async obstacles(): Promise<string[]> {
    const { createNamespace, storageClass, leaseNamespace } = this.settings;
    if (!NAMESPACE_NAME.test(this.namespace)) {
      return [
        `the namespace would be named ${this.namespace}, after the stack, and has to be ${DNS_LABEL}; state one as dokomodo:kubernetes.namespace`,
      ];
    }
    try {
      const cluster = await this.cluster();
      const obstacles = await probeCluster(cluster, {
        namespace: this.namespace,
        createNamespace,
        makesClaims: Object.entries(this.hosts).some(
          ([name, host]) => isOneNode(host) && this.args.needs(name).downloads.length > 0,
        ),
        given: [createNamespace ? [] : this.namespace, leaseNamespace ?? []].flat(),
        storageClass,
        hosts: this.nodes,
      });
      if (obstacles.length === 0) {
        const warnings = await memoryWarnings(cluster, this.nodes, (host) => this.args.memory(host));
        for (const warning of warnings) await pulumi.log.warn(warning);
      }
      return obstacles;
    } catch (error) {
      return [messageOf(error)];
    }
  }

  /** Labels of the nodes of each host, keyed by the host's name. */
  private get nodes(): Readonly<Record<string, Readonly<Record<string, string>>>> {
    return Object.fromEntries(Object.entries(this.hosts).map(([name, { nodes }]) => [name, nodes]));
  }

  async volumes(): Promise<Volumes | undefined> {
    return this.ask("its volumes cannot be listed", UNCHANGED, (cluster) => {
      return findVolumes(cluster, this.namespace);
    });
  }

  async prepare(): Promise<Preparation> {
    const { args } = this;
    const wanted = Object.entries(this.hosts).flatMap(([host, { nodes }]) =>
      [...args.images(host)].map(([image, uses]) => {
        return { image, nodes, what: `host ${host} (${uses.join(", ")})` };
      }),
    );
    const trial = {
      namespace: this.namespace,
      labels: this.labels,
      name: this.ownName("trial"),
      imagePullSecrets: this.settings.imagePullSecrets,
      logins: args.registries.length === 0 ? undefined : loginConfig(args.registries),
      onProgress: (waiting: readonly string[]) =>
        pulumi.log.info(waiting.join("\n"), undefined, undefined, true),
    };
    const [running, missingImages] = await Promise.all([
      this.ask("what runs there cannot be listed", UNCHANGED, (cluster) => {
        return readNamespace(cluster, this.namespace);
      }),
      this.ask("images cannot be tried", UNCHANGED, (cluster) => tryImages(cluster, wanted, trial)),
    ]);
    this.running = running;
    return { skipped: new Set(), missing: missingImages };
  }

  platform(rollOut: RollOut | undefined): KubernetesPlatform {
    const { settings, labels, running } = this;
    const { registries, proxyImage, nodeImage, downloadPlaces, rollOutSeconds } = this.args;
    const { kubeconfig, context, clusterDomain, storageClass, privateNetworks, leaseNamespace } = settings;
    const provider = new Provider("cluster", {
      kubeconfig,
      context,
    });
    const namespace = settings.createNamespace
      ? createNamespace(this.namespace, { labels, isRestricted: settings.publish !== "hostPort" }, provider)
      : this.namespace;
    const logins =
      registries.length === 0
        ? []
        : [createLogins(this.ownName("registries"), { namespace, labels, registries }, provider)];
    this.deployed = new KubernetesPlatform({
      provider,
      namespace,
      namespaceName: this.namespace,
      clusterDomain,
      hosts: this.hosts,
      publishing: publishing(settings),
      proxyImage,
      nodeImage,
      downloadPlaces,
      downloadsClaim: this.ownName("downloads"),
      storageClass,
      privateNetworks,
      leaseNamespace,
      imagePullSecrets: [...settings.imagePullSecrets, ...logins],
      labels,
      rollOut:
        rollOut === undefined || running === undefined
          ? undefined
          : new KubernetesRollOut(rollOut, running, rollOutSeconds),
    });
    return this.deployed;
  }

  /** Reports each pod that does not come up, with the reason in the cluster's words. */
  async untilStarted(told: readonly string[]): Promise<boolean> {
    const taken = (await this.deployed?.taken()) ?? [];
    let spoken = Date.now();
    const names = taken.filter((name) => !told.includes(name));
    const tell = async (waiting: Readonly<Record<string, string>>) => {
      if (Date.now() - spoken < SILENT_SECONDS * 1000) return;
      spoken = Date.now();
      const lines = Object.entries(waiting).map(([name, why]) => `${name}: ${why}`);
      await pulumi.log.info(lines.join("\n"), undefined, undefined, true);
    };
    const outcome = "Run pulumi up again, which looks at them anew.";
    const started = await this.ask("it is not known whether the pods start", outcome, (cluster) => {
      return untilStarted(cluster, this.namespace, names, tell);
    });
    for (const { name, start } of started) {
      if (start.kind === "failed") await pulumi.log.error(`${name} does not start: ${start.why}`);
      else if (start.warning !== undefined) await pulumi.log.warn(`${name}: ${start.warning}`);
    }
    return started.every(({ start }) => start.kind === "started");
  }

  close(): void {}

  /**
   * Calls the cluster. A failure becomes a message for the operator.
   * @param problem says what a failure means: `its volumes cannot be listed`
   * @param outcome says what was done, and what to do
   */
  private async ask<T>(problem: string, outcome: string, call: (cluster: Cluster) => Promise<T>): Promise<T> {
    const cluster = await this.cluster();
    return call(cluster).catch((error: unknown) => {
      throw new pulumi.RunError(`${cluster.description}: ${problem}: ${explainCall(error)} ${outcome}`);
    });
  }

  /** The cluster of the kubeconfig, which is read once in a run. */
  private cluster(): Promise<Cluster> {
    this.read ??= readCluster(this.settings);
    return this.read;
  }

  /** A name that no other stack uses, because stacks may share a namespace. */
  private ownName(what: string): string {
    return `dokomodo-${what}-${this.args.stackName.toLowerCase().replace(/[^a-z0-9]+/g, "-")}`;
  }
}

function publishing({ publish, serviceAnnotations }: ClusterSettings): Publishing {
  if (publish === "LoadBalancer") return { kind: publish, annotations: serviceAnnotations };
  return { kind: publish };
}
