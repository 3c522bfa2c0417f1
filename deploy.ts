import { Provider } from "@pulumi/docker/provider";
import type * as pulumi from "@pulumi/pulumi";
import { NotaryNode } from "./components/NotaryNode";
import type { Stack } from "./config/load";
import { DockerPlatform } from "./platforms/docker";

/** What the stack tells of a notary. */
export interface NotaryOutputs {
  readonly publicKey: pulumi.Output<string>;
  /** By symbol. */
  readonly addresses: pulumi.Output<Record<string, string>>;
}

/** Registers the hosts and notaries of a stack. */
export function deploy(stack: Stack, stackName: string): { notaries: Record<string, NotaryOutputs> } {
  const platform = new DockerPlatform({
    hosts: Object.fromEntries(
      stack.hosts.map(({ name, docker, listen }) => {
        const socket = docker.replace("unix://", "");
        return [name, { provider: new Provider(name, { host: docker }), listen, socket }] as const;
      }),
    ),
    pauseImage: stack.images.pause,
    proxyImage: stack.images.proxy,
    restarterImage: stack.images.agent,
    protectVolumes: !stack.development,
    labels: { "dokomodo.stack": stackName },
  });
  const notaries = stack.notaries.map(({ name, ...args }) => {
    const { publicKey, addresses } = new NotaryNode(name, { ...args, platform });
    return [name, { publicKey, addresses }] as const;
  });
  return { notaries: Object.fromEntries(notaries) };
}
