import type * as pulumi from "@pulumi/pulumi";
import { haproxyConfiguration, haproxyContainer, keepAlive, TCP_USER_TIMEOUT } from "./haproxy";
import type { ContainerArgs } from "./platform";
import { LINK_PORT } from "./proxy";

/**
 * The container that takes a network's links from elsewhere on one host. It passes TLS on unopened, by the name that
 * the caller asks for, so a workload that is called from another host for the first time stays as it is, and one port
 * of the host serves all of them. Who may call whom is decided where TLS ends, at the workload.
 */
export function gatewayContainer(
  image: pulumi.Input<string>,
  network: string,
  domain?: string,
): ContainerArgs {
  return haproxyContainer("gateway", image, { configuration: gatewayConfiguration(network, domain) });
}

/**
 * HAProxy's configuration of a gateway: names of this network's workloads are looked up when they are called, so it
 * never changes. A caller that sends no such name is dropped, and one that sends a gateway's own, which would go round.
 * @param domain what the network's names end in, where a name alone is not found
 */
export function gatewayConfiguration(network: string, domain?: string): string {
  const name = domain === undefined ? "req.ssl_sni" : `req.ssl_sni,concat(.${domain})`;
  return haproxyConfiguration(
    ["mode tcp", ...keepAlive("cli")],
    [
      `listen gateway
    bind :${LINK_PORT} ${TCP_USER_TIMEOUT}
    tcp-request inspect-delay 5s
    tcp-request content reject unless { req.ssl_hello_type 1 }
    tcp-request content reject unless { req.ssl_sni -m reg ^${network}-[a-z0-9-]+$ }
    tcp-request content reject if { req.ssl_sni -m end -- -gateway }
    tcp-request content do-resolve(txn.address,network,ipv4) ${name}
    tcp-request content reject unless { var(txn.address) -m found }
    tcp-request content set-dst var(txn.address)
    tcp-request content set-dst-port int(${LINK_PORT})
    server workload 0.0.0.0:0`,
    ],
  );
}
