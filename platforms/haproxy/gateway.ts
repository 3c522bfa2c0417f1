import type * as pulumi from "@pulumi/pulumi";
import type { ContainerArgs } from "../platform";
import {
  crowdControl,
  HANDSHAKE_SECONDS,
  haproxyConfiguration,
  haproxyContainer,
  keepAlive,
  LINK_PORT,
  section,
  TCP_USER_TIMEOUT,
} from "./configuration";

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

/** New connections a second from one source. */
const PACE = 100;

/**
 * HAProxy's configuration of a gateway: names of this network's workloads are looked up when they are called, so it
 * never changes. A caller that sends no such name is dropped, and one that sends a gateway's own, which would go round.
 * @param domain what the network's names end in, where a name alone is not found
 */
export function gatewayConfiguration(network: string, domain?: string): string {
  const name = domain === undefined ? "req.ssl_sni" : `req.ssl_sni,concat(.${domain})`;
  const gateway = section("listen gateway", [
    `bind :${LINK_PORT} ${TCP_USER_TIMEOUT}`,
    ...crowdControl(PACE),
    // From when the name was heard. Whether the caller proves who it is, the workload alone sees, and drops it if not.
    "timeout tunnel 10m",
    // Callers try again themselves.
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
  return haproxyConfiguration(["mode tcp", ...keepAlive("cli")], [gateway]);
}
