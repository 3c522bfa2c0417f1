import { Provider } from "@pulumi/docker/provider";
import * as pulumi from "@pulumi/pulumi";
import { NotaryNode, type OperatorAccess } from "../components/NotaryNode";
import type { Stack } from "../config/load";
import { CLUSTER, dockerHosts, segmentOf } from "../config/rules/hosts";
import { deployedChains } from "../notary/placement";
import { PlatformByHost } from "../platforms/byHost";
import { engineSocket, providerArgs, SSH_AT_ONCE } from "../platforms/docker/host";
import { DockerPlatform } from "../platforms/docker/platform";
import type { DockerRollOut } from "../platforms/docker/rollOut";
import { Slots } from "../platforms/docker/Slots";
import { endpoints, STACK_LABEL } from "../platforms/docker/stack";
import type { KubernetesPlatform } from "../platforms/kubernetes/platform";
import type { KubernetesRollOut } from "../platforms/kubernetes/rollOut";
import { createCluster, namespaceOf } from "../platforms/kubernetes/stack";
import type { Platform } from "../platforms/platform";

/** What the stack tells of a notary. */
export interface NotaryOutputs {
  readonly publicKey: pulumi.Output<string>;
  /** By symbol. */
  readonly addresses: pulumi.Output<Record<string, string>>;
  /** Where each daemon of the notary's own runs, by symbol. */
  readonly hosts: Readonly<Record<string, string>>;
  /** Secret; for `dokomodo iguana`. */
  readonly operator?: pulumi.Output<pulumi.Unwrap<OperatorAccess>>;
}

export type StackOutputs = {
  readonly notaries: Readonly<Record<string, NotaryOutputs>>;
  /** What labels, and what is named after the stack, go by: the name that it was first brought up under. */
  readonly name: string;
  /** The namespace of the stack's cluster. Absent where all hosts are Docker's. */
  readonly namespace?: string;
};

export interface Deployed {
  readonly outputs: StackOutputs;
  /** Absent where all hosts are Docker's. */
  readonly cluster?: KubernetesPlatform;
}

/** What an `up` has found out before; a preview has nothing of it. */
export interface DeployPlan {
  /** Docker hosts that are left alone. */
  readonly skipped?: ReadonlySet<string>;
  /** When workloads that run on Docker hosts may be replaced; all at once where absent. */
  readonly rollOut?: DockerRollOut;
  /** The same of pods. */
  readonly podRollOut?: KubernetesRollOut;
}

/**
 * Registers the hosts and notaries of a stack. `stackName` is the one that it was first brought up under. Hosts that are
 * skipped are left alone, and so is all that runs on them; the program has to fail then, or the engine would take what
 * was not registered for gone.
 */
export function deploy(stack: Stack, stackName: string, plan: DeployPlan = {}): Deployed {
  const { platform, cluster } = createPlatform(stack, stackName, plan);
  const notaries = stack.notaries.map(({ name, ...args }): [string, NotaryOutputs] => {
    const { publicKey, addresses, operator } = new NotaryNode(name, { ...args, platform, stackName });
    const hosts = Object.fromEntries(deployedChains(args).map(({ chain, host }) => [chain.symbol, host]));
    return [
      name,
      {
        publicKey,
        addresses,
        hosts,
        ...(operator === undefined ? {} : { operator: pulumi.secret(operator) }),
      },
    ];
  });
  return {
    outputs: {
      notaries: Object.fromEntries(notaries),
      name: stackName,
      ...(cluster === undefined ? {} : { namespace: namespaceOf(stack, stackName) }),
    },
    ...(cluster === undefined ? {} : { cluster }),
  };
}

/** Docker, Kubernetes, or both, as the stack's hosts are. */
function createPlatform(
  stack: Stack,
  stackName: string,
  plan: DeployPlan,
): { platform: Platform; cluster?: KubernetesPlatform } {
  const inCluster = segmentOf(stack);
  const isAlone = stack.hosts.every(({ name }) => inCluster(name) !== CLUSTER);
  if (isAlone) return { platform: createEngines(stack, stackName, plan) };
  const cluster = createCluster(stack, stackName, plan.podRollOut);
  if (dockerHosts(stack.hosts).length === 0) return { platform: cluster, cluster };
  const engines = createEngines(stack, stackName, plan);
  const platforms = stack.hosts.map(({ name }) => [name, inCluster(name) === CLUSTER ? cluster : engines]);
  return { platform: new PlatformByHost(Object.fromEntries(platforms)), cluster };
}

function createEngines(
  stack: Stack,
  stackName: string,
  { skipped = new Set(), rollOut }: DeployPlan,
): DockerPlatform {
  const reached = new Map(endpoints(stack).map((endpoint) => [endpoint.name, endpoint]));
  return new DockerPlatform({
    hosts: Object.fromEntries(
      dockerHosts(stack.hosts).flatMap(({ name, docker, address, listen, socket }) => {
        const endpoint = reached.get(name);
        if (endpoint === undefined) return [];
        const host = {
          provider: new Provider(name, providerArgs(endpoint)),
          listen,
          socket: socket ?? engineSocket(endpoint),
          skipped: skipped.has(name),
          ...(docker.startsWith("ssh://") && !pulumi.runtime.isDryRun()
            ? { slots: new Slots(SSH_AT_ONCE) }
            : {}),
          ...(address === undefined ? {} : { address }),
        };
        return [[name, host] as const];
      }),
    ),
    proxyImage: stack.images.proxy,
    restarterImage: stack.images.agent,
    protectVolumes: !stack.development,
    labels: { [STACK_LABEL]: stackName },
    ...(rollOut === undefined ? {} : { rollOut }),
  });
}
