import type * as pulumi from "@pulumi/pulumi";
import type { ContainerArgs } from "../platform";
import {
  crowdControl,
  HANDSHAKE_SECONDS,
  haproxyConfiguration,
  haproxyContainer,
  keepAlive,
  LINK_PORT,
  type Nameserver,
  section,
  TCP_USER_TIMEOUT,
} from "./configuration";

/**
 * The container that takes a network's links from elsewhere on one host. It passes TLS on without opening it, to the
 * workload whose name the caller asks for. So one port of the host is enough for all workloads, and a workload stays as
 * it is when another host calls it for the first time. TLS ends at the workload, which decides who may call it.
 */
export function gatewayContainer(
  image: pulumi.Input<string>,
  network: string,
  names: { readonly domain?: string; readonly nameserver?: Nameserver },
): ContainerArgs {
  const { domain, nameserver } = names;
  return haproxyContainer("gateway", image, {
    configuration: gatewayConfiguration(network, domain, nameserver),
  });
}

/** New connections per second from one source. */
const PACE = 100;

/**
 * HAProxy's configuration of a gateway. It looks up the name of a workload when somebody calls it, so the configuration
 * never changes. It drops callers that send no name of this network. It also drops those that send the name of a
 * gateway, because the gateway would call itself without an end.
 * @param domain what the names of workloads end with, if a name alone is not found
 */
export function gatewayConfiguration(network: string, domain?: string, nameserver?: Nameserver): string {
  const name = domain === undefined ? "req.ssl_sni" : `req.ssl_sni,concat(.${domain})`;
  const gateway = section("listen gateway", [
    `bind :${LINK_PORT} ${TCP_USER_TIMEOUT}`,
    ...crowdControl(PACE),
    // This counts once the name was read. Only the workload can see whether the caller proves who it is, and drops it
    // if not.
    "timeout tunnel 10m",
    // Callers repeat their attempts themselves.
    "retries 1",
    `tcp-request inspect-delay ${HANDSHAKE_SECONDS}s`,
    "tcp-request content reject unless { req.ssl_hello_type 1 }",
    `tcp-request content reject unless { req.ssl_sni -m reg ^${network}-[a-z0-9-]+$ }`,
    "tcp-request content reject if { req.ssl_sni -m end -- -gateway }",
    `tcp-request content do-resolve(txn.address,network,ipv4) ${name}`,
    "tcp-request content reject unless { var(txn.address) -m found }",
    "tcp-request content set-dst var(txn.address)",
    `tcp-request content set-dst-port int(${LINK_PORT})`,
    "server workload 0.0.0.0:0",
  ]);
  return haproxyConfiguration(["mode tcp", ...keepAlive("cli")], [gateway], nameserver);
}
