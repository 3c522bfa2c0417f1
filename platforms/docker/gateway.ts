import { Container } from "@pulumi/docker/container";
import type * as pulumi from "@pulumi/pulumi";
import { LINK_PORT } from "../haproxy/configuration";
import { gatewayContainer } from "../haproxy/gateway";
import { containerArgs, labelList } from "./container";
import { gatewayName, NAMESERVER } from "./names";

export interface GatewayArgs {
  /** Name of the network that it leads into. */
  readonly network: string;
  /** Name of the network's resource on this host. */
  readonly networkName: pulumi.Input<string>;
  /** Image with HAProxy 2.6 or newer. */
  readonly image: pulumi.Input<string>;
  /** Address of the host that it answers on. */
  readonly listen: string;
  readonly port: number;
  readonly labels: Readonly<Record<string, string>>;
}

/** Makes the gateway of a network on one host. It publishes one port for all links that come from elsewhere. */
export function createGateway(
  logicalName: string,
  { network, networkName, image, listen, port, labels }: GatewayArgs,
  opts: pulumi.CustomResourceOptions,
): Container {
  const name = gatewayName(network);
  return new Container(
    logicalName,
    {
      ...containerArgs(
        name,
        gatewayContainer(image, network, { nameserver: NAMESERVER }),
        { labels: labelList(labels) },
        undefined,
      ),
      // HAProxy is the first process of a PID namespace here, which only ends at a signal that it handles
      // (docs/internals/engines.md, the first process of a PID namespace). It handles SIGUSR1 by an orderly end.
      stopSignal: "SIGUSR1",
      networkMode: "bridge",
      networksAdvanced: [{ name: networkName }],
      ports: [{ internal: LINK_PORT, external: port, ip: listen, protocol: "tcp" }],
    },
    opts,
  );
}
