import { NamespacePatch } from "@pulumi/kubernetes/core/v1/namespacePatch";
import { Secret } from "@pulumi/kubernetes/core/v1/secret";
import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import type { Stack } from "../../config/load";
import { CLUSTER, segmentOf } from "../../config/rules/hosts";
import { DNS_LABEL, NAMESPACE_NAME } from "../../config/schema/schema";
import { imagesOfAll } from "../../notary/images";
import { loginConfig } from "../registryLogin";
import { tryImages } from "./images";
import { messageOf, readCluster } from "./kubeconfig";
import { type KubernetesHost, KubernetesPlatform } from "./platform";
import { probeCluster } from "./preflight";
import { type KubernetesRollOut, type RunningNamespace, readNamespace } from "./rollOut";
import type { Publishing } from "./service";
import { untilStarted } from "./start";

/** The Pod Security Standard that everything here keeps; host ports are beyond it. */
const RESTRICTED = "restricted";

/** Name of the namespace that a stack's workloads are in; the stack's name is the one that it was first brought up under. */
export function namespaceOf({ kubernetes }: Pick<Stack, "kubernetes">, stackName: string): string {
  return kubernetes.namespace ?? `dokomodo-${stackName}`;
}

/** The stack's cluster: provider, namespace and platform. */
export function createCluster(
  stack: Stack,
  stackName: string,
  rollOut?: KubernetesRollOut,
): KubernetesPlatform {
  const { kubernetes, images } = stack;
  const { kubeconfig, context, storageClass, leaseNamespace } = kubernetes;
  const name = namespaceOf(stack, stackName);
  const labels = { "dokomodo.stack": stackName };
  const provider = new Provider("cluster", {
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
    ...(context === undefined ? {} : { context }),
  });
  const namespace = kubernetes.createNamespace ? createNamespace(name, stack, labels, provider) : name;
  const logins =
    stack.registries.length === 0
      ? []
      : [createLogins(stack, ownName("registries", stackName), namespace, labels, provider)];
  return new KubernetesPlatform({
    provider,
    namespace,
    namespaceName: name,
    clusterDomain: kubernetes.clusterDomain,
    hosts: hostsOfCluster(stack),
    publishing: publishing(stack),
    proxyImage: images.proxy,
    ...(storageClass === undefined ? {} : { storageClass }),
    privateNetworks: kubernetes.privateNetworks,
    ...(leaseNamespace === undefined ? {} : { leaseNamespace }),
    imagePullSecrets: [...kubernetes.imagePullSecrets, ...logins],
    labels,
    ...(rollOut === undefined ? {} : { rollOut }),
  });
}

/** The hosts whose workloads are in the cluster, by name. */
export function hostsOfCluster(stack: Stack): Record<string, KubernetesHost> {
  const inCluster = stack.hosts.filter(({ name }) => segmentOf(stack)(name) === CLUSTER);
  return Object.fromEntries(
    inCluster.map(({ name, nodes = { "kubernetes.io/hostname": name }, address, listen }) => [
      name,
      { nodes, listen, ...(address === undefined ? {} : { address }) },
    ]),
  );
}

/** What keeps the stack from its cluster, before anything is registered; empty for a stack on Docker alone. */
export async function checkCluster(stack: Stack, stackName: string): Promise<string[]> {
  const { kubernetes } = stack;
  const hosts = hostsOfCluster(stack);
  if (Object.keys(hosts).length === 0) return [];
  const { createNamespace, storageClass, leaseNamespace } = kubernetes;
  const namespace = namespaceOf(stack, stackName);
  if (!NAMESPACE_NAME.test(namespace)) {
    return [
      `the namespace would be named ${namespace}, after the stack, and has to be ${DNS_LABEL}; state one as dokomodo:kubernetes.namespace`,
    ];
  }
  try {
    return await probeCluster(await readCluster(kubernetes), {
      namespace,
      createNamespace,
      given: [
        ...(createNamespace ? [] : [namespace]),
        ...(leaseNamespace === undefined ? [] : [leaseNamespace]),
      ],
      ...(storageClass === undefined ? {} : { storageClass }),
      hosts: Object.fromEntries(Object.entries(hosts).map(([name, { nodes }]) => [name, nodes])),
    });
  } catch (error) {
    return [messageOf(error)];
  }
}

/** What runs in the stack's namespace, and the images that its pods could not have; undefined for a stack on Docker alone. */
export async function lookAtCluster(
  stack: Stack,
  stackName: string,
): Promise<{ running: RunningNamespace; missing: string[] } | undefined> {
  const hosts = Object.entries(hostsOfCluster(stack));
  if (hosts.length === 0) return undefined;
  const { proxy } = stack.images;
  const wanted = hosts.flatMap(([host, { nodes }]) =>
    [...imagesOfAll(host, stack.notaries, { proxy })].map(([image, uses]) => {
      return { image, nodes, what: `host ${host} (${uses.join(", ")})` };
    }),
  );
  const cluster = await readCluster(stack.kubernetes);
  const namespace = namespaceOf(stack, stackName);
  const [running, missing] = await Promise.all([
    readNamespace(cluster, namespace),
    tryImages(cluster, wanted, {
      namespace,
      labels: { "dokomodo.stack": stackName },
      name: ownName("trial", stackName),
      imagePullSecrets: stack.kubernetes.imagePullSecrets,
      ...(stack.registries.length === 0 ? {} : { logins: loginConfig(stack.registries) }),
      onProgress: (waiting) => pulumi.log.info(waiting.join("\n"), undefined, undefined, true),
    }),
  ]);
  return { running, missing };
}

/** A name of the stack's own in a namespace that it may share. */
function ownName(what: string, stackName: string): string {
  return `dokomodo-${what}-${stackName.toLowerCase().replace(/[^a-z0-9]+/g, "-")}`;
}

/** How long nothing may be said while pods come up. */
const SILENT_SECONDS = 10;

/** Tells of each pod that does not come up why, in its own words, but for those told already; false where there is one. */
export async function tellStarts(
  cluster: KubernetesPlatform,
  stack: Stack,
  stackName: string,
  told: readonly string[] = [],
): Promise<boolean> {
  const names = (await cluster.taken()).filter((name) => !told.includes(name));
  let spoken = Date.now();
  const started = await untilStarted(
    await readCluster(stack.kubernetes),
    namespaceOf(stack, stackName),
    names,
    async (waiting) => {
      if (Date.now() - spoken < SILENT_SECONDS * 1000) return;
      spoken = Date.now();
      const lines = Object.entries(waiting).map(([name, why]) => `${name}: ${why}`);
      await pulumi.log.info(lines.join("\n"), undefined, undefined, true);
    },
  );
  for (const { name, start } of started) {
    if (start.kind === "failed") await pulumi.log.error(`${name} does not start: ${start.why}`);
    else if (start.warning !== undefined) await pulumi.log.warn(`${name}: ${start.warning}`);
  }
  return started.every(({ start }) => start.kind === "started");
}

/**
 * Makes it, or takes over one that an earlier stack left. It stays when the stack is destroyed, because the claims of
 * the chains' volumes are in it.
 */
function createNamespace(
  name: string,
  { kubernetes }: Stack,
  labels: Readonly<Record<string, string>>,
  provider: Provider,
): pulumi.Output<string> {
  const standard = (mode: string) => [`pod-security.kubernetes.io/${mode}`, RESTRICTED] as const;
  const enforced = kubernetes.publish === "hostPort" ? {} : Object.fromEntries([standard("enforce")]);
  const told = Object.fromEntries([standard("warn"), standard("audit")]);
  const namespace = new NamespacePatch(
    name,
    { metadata: { name, labels: { ...labels, ...enforced, ...told } } },
    { provider },
  );
  return namespace.metadata.name;
}

/** Under a name that stays, or a new password would be a new pod for every daemon. Its name. */
function createLogins(
  { registries }: Stack,
  name: string,
  namespace: pulumi.Input<string>,
  labels: Readonly<Record<string, string>>,
  provider: Provider,
): pulumi.Output<string> {
  const secret = new Secret(
    "registries",
    {
      metadata: { name, namespace, labels },
      type: "kubernetes.io/dockerconfigjson",
      stringData: { ".dockerconfigjson": pulumi.secret(loginConfig(registries)) },
    },
    { provider, deleteBeforeReplace: true },
  );
  return secret.metadata.name;
}

function publishing({ kubernetes: { publish, serviceAnnotations } }: Stack): Publishing {
  if (publish === "LoadBalancer") return { kind: publish, annotations: serviceAnnotations };
  return { kind: publish };
}
