import * as pulumi from "@pulumi/pulumi";
import type { CallArgs, ContainerArgs, ServeArgs, WorkloadArgs } from "./platform";

/** Port on which every workload's proxy answers its callers; below every port that komodod computes. */
export const LINK_PORT = 7443;

/** Where the proxy finds its files. */
const PROXY_DIRECTORY = "/run/dokomodo/proxy";

/** Seconds that a call is held while the daemon or the proxy behind a link restarts. */
const HOLD_SECONDS = 30;

/** The container, the same on every platform, that carries a workload's links. */
export function proxyContainer(
  image: pulumi.Input<string>,
  { calls, serves, identity }: Pick<WorkloadArgs, "calls" | "serves" | "identity">,
): ContainerArgs {
  return {
    role: "proxy",
    image,
    command: ["haproxy", "-f", `${PROXY_DIRECTORY}/haproxy.cfg`],
    user: "65534:65534",
    environment: {},
    files: [
      { path: `${PROXY_DIRECTORY}/haproxy.cfg`, content: proxyConfiguration(calls, serves) },
      { path: `${PROXY_DIRECTORY}/authority.pem`, content: identity.authority },
      {
        path: `${PROXY_DIRECTORY}/identity.pem`,
        content: pulumi.interpolate`${identity.certificate}${identity.privateKey}`,
      },
    ],
    memoryMiB: 128,
    graceSeconds: 10,
  };
}

/**
 * HAProxy's configuration for one workload: its outbound links on loopback, its inbound link on the network.
 *
 * - An HTTP error page would be parsed by Iguana as an answer (domain.md 1.3), so every error of the proxy's own
 *   is an empty file: the connection is dropped and the caller's own retries run.
 * - `conn-failure` is the one retry that is safe for a POST: nothing was sent yet. With `timeout connect 1s` there
 *   is one attempt a second.
 * - A name that does not resolve any more keeps its last address while the workload behind it restarts.
 * - Idle connections are closed after 5 s by default, long before the daemon (30 s) or the peer's proxy (60 s)
 *   would, so that none is reused while the other end closes it.
 */
export function proxyConfiguration(calls: readonly CallArgs[], serves: ServeArgs | undefined): string {
  const sections = [GLOBAL, ...calls.map(callSection)];
  if (serves !== undefined) sections.push(serveSection(serves));
  return `${sections.join("\n\n")}\n`;
}

const IDENTITY = `crt ${PROXY_DIRECTORY}/identity.pem ca-file ${PROXY_DIRECTORY}/authority.pem verify required`;

const GLOBAL = `global
    log stdout format raw local0 warning
    nbthread 1
    maxconn 512
    tune.ssl.cachesize 256
    tune.ssl.default-dh-param 2048
    ssl-default-bind-options ssl-min-ver TLSv1.3
    ssl-default-server-options ssl-min-ver TLSv1.3

defaults
    mode http
    log global
    option dontlognull
    option dontlog-normal
    option log-health-checks
    http-reuse always
    retries ${HOLD_SECONDS}
    retry-on conn-failure
    timeout connect 1s
    timeout queue ${HOLD_SECONDS}s
    timeout client 10m
    timeout server 10m
    timeout http-request 30s
    timeout http-keep-alive 60s
${[400, 401, 403, 404, 405, 407, 408, 410, 413, 425, 429, 500, 501, 502, 503, 504]
  .map((status) => `    errorfile ${status} /dev/null`)
  .join("\n")}

resolvers network
    parse-resolv-conf
    accepted_payload_size 8192
    resolve_retries 2
    timeout resolve 2s
    timeout retry 1s
    hold valid 2s
    hold nx ${2 * HOLD_SECONDS}s
    hold obsolete ${2 * HOLD_SECONDS}s
    hold other ${2 * HOLD_SECONDS}s
    hold refused ${2 * HOLD_SECONDS}s
    hold timeout ${2 * HOLD_SECONDS}s`;

function callSection(call: CallArgs): string {
  const { hostname, port } = call.to;
  return `listen call-${call.name}
    bind 127.0.0.1:${call.port}
    server ${call.name} ${hostname}:${port} ssl ${IDENTITY} verifyhost ${hostname} sni str(${hostname}) alpn http/1.1 resolvers network init-addr none`;
}

function serveSection(serves: ServeArgs): string {
  return `listen serve
    bind :${LINK_PORT} ssl ${IDENTITY} alpn http/1.1
    http-request silent-drop unless { ssl_c_s_dn(OU) -m str ${serves.roles.join(" ")} }
    server daemon 127.0.0.1:${serves.port} maxconn 32`;
}
