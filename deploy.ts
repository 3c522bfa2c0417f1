import { Provider } from "@pulumi/docker/provider";
import * as pulumi from "@pulumi/pulumi";
import { NotaryNode, type OperatorAccess } from "./components/NotaryNode";
import { deployedChains } from "./components/placement";
import type { Stack } from "./config/load";
import { findMoves } from "./config/moves";
import { DockerPlatform } from "./platforms/docker";
import { type DockerEndpoint, engineSocket, providerArgs, SSH_AT_ONCE } from "./platforms/dockerHost";
import { Slots } from "./platforms/slots";

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

export type StackOutputs = { readonly notaries: Readonly<Record<string, NotaryOutputs>> };

/** How the hosts of a stack are reached. */
export function endpoints({ hosts, ssh }: Stack): DockerEndpoint[] {
  return hosts.map(({ name, docker, certificates }) => ({
    name,
    docker,
    ssh,
    ...(certificates === undefined ? {} : { certificates }),
  }));
}

/**
 * Registers the hosts and notaries of a stack. Hosts in `skipped` are left alone, and so is all that runs on them;
 * the program has to fail then, or the engine would take what was not registered for gone.
 */
export function deploy(
  stack: Stack,
  stackName: string,
  skipped: ReadonlySet<string> = new Set(),
): StackOutputs {
  const reached = new Map(endpoints(stack).map((endpoint) => [endpoint.name, endpoint]));
  const platform = new DockerPlatform({
    hosts: Object.fromEntries(
      stack.hosts.flatMap(({ name, docker, address, listen, socket }) => {
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
    pauseImage: stack.images.pause,
    proxyImage: stack.images.proxy,
    restarterImage: stack.images.agent,
    protectVolumes: !stack.development,
    labels: { "dokomodo.stack": stackName },
  });
  const notaries = stack.notaries.map(({ name, ...args }): [string, NotaryOutputs] => {
    const { publicKey, addresses, operator } = new NotaryNode(name, { ...args, platform });
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
  return { notaries: Object.fromEntries(notaries) };
}

/** Warns of every move, because the plan shows a new volume and says nothing of the days that filling it takes. */
export async function reportMoves(stack: Stack, stackName: string): Promise<void> {
  const { outputs } = await pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", {
    name: `${pulumi.getOrganization()}/${pulumi.getProject()}/${stackName}`,
  });
  for (const { notary, symbol, from, to } of findMoves(stack, Object(outputs).notaries)) {
    await pulumi.log.warn(
      `${symbol} of notary ${notary} moves from ${from} to ${to}: it starts with an empty volume there and syncs the ` +
        `whole chain again. Its data stays on ${from}, in the volume that it had.`,
    );
  }
}
