import { isIP } from "node:net";
import * as pulumi from "@pulumi/pulumi";
import {
  HOLD_SECONDS,
  haproxyConfiguration,
  haproxyContainer,
  keepAlive,
  PROXY_DIRECTORY,
  TCP_USER_TIMEOUT,
} from "./haproxy";
import type {
  CallArgs,
  ContainerArgs,
  ExternalAddress,
  FileArgs,
  ServeArgs,
  WorkloadAddress,
  WorkloadArgs,
} from "./platform";

/** Port on which every workload's proxy answers its callers; below every port that komodod computes. */
export const LINK_PORT = 7443;

/**
 * Seconds that an attempt to connect to another host may take: TCP and TLS are two round trips. Attempts are fewer
 * than on the own host, so that a call is held no longer.
 */
const REMOTE_CONNECT_SECONDS = 2;

/** The container, the same on every platform, that carries a workload's links. */
export function proxyContainer(
  image: pulumi.Input<string>,
  { calls, serves, identity }: Pick<WorkloadArgs, "calls" | "serves" | "identity">,
): ContainerArgs {
  return haproxyContainer("proxy", image, {
    configuration: proxyConfiguration(calls, serves),
    files: [
      { path: `${PROXY_DIRECTORY}/authority.pem`, content: identity.authority },
      {
        path: `${PROXY_DIRECTORY}/identity.pem`,
        content: pulumi.interpolate`${identity.certificate}${identity.privateKey}`,
      },
      ...calls.flatMap(authorityFile),
    ],
  });
}

/**
 * HAProxy's configuration for one workload: its outbound links on loopback, its inbound link on the network.
 *
 * - An HTTP error page would be parsed by Iguana as an answer (domain.md 1.3), so every error of the proxy's own
 *   is an empty file: the connection is dropped and the caller's own retries run.
 * - `conn-failure` is a retry that is safe for a POST, since nothing was sent yet; so is 503, which a daemon that is
 *   about to end answers instead of doing what it is asked. One that is about to end may also close a kept connection
 *   in the moment in which a call comes over it, and say nothing; what Iguana does then is to call again (domain.md
 *   1.3), so the proxy may as well. There is one attempt to connect a second.
 * - Idle connections are closed after 5 s by default, long before the daemon (30 s) or the peer's proxy (60 s)
 *   would, so that none is reused while the other end closes it.
 */
export function proxyConfiguration(calls: readonly CallArgs[], serves: ServeArgs | undefined): string {
  const sections = calls.map(callSection);
  if (serves !== undefined) sections.push(serveSection(serves));
  return haproxyConfiguration(HTTP, sections);
}

const HTTP = [
  "mode http",
  "option log-health-checks",
  "http-reuse always",
  "retry-on conn-failure empty-response 503",
  "timeout http-request 30s",
  "timeout http-keep-alive 60s",
  ...[400, 401, 403, 404, 405, 407, 408, 410, 413, 425, 429, 500, 501, 502, 503, 504].map(
    (status) => `errorfile ${status} /dev/null`,
  ),
];

const IDENTITY = `crt ${PROXY_DIRECTORY}/identity.pem ca-file ${PROXY_DIRECTORY}/authority.pem verify required`;

function callSection(call: CallArgs): string {
  const { name, port, to } = call;
  return section(`listen call-${name}`, [
    `bind 127.0.0.1:${port}`,
    ...("url" in to ? externalServer(name, to) : workloadServer(name, to)),
  ]);
}

function workloadServer(name: string, to: WorkloadAddress): string[] {
  const tls = `ssl ${IDENTITY} verifyhost ${to.name} sni str(${to.name}) alpn http/1.1`;
  const server = `server ${name} ${to.hostname}:${to.port} ${tls}`;
  return to.remote ? [...BETWEEN_HOSTS, `${server} ${TCP_USER_TIMEOUT}`] : [`${server} ${RESOLVED}`];
}

/** Somebody else's daemon may stand behind a server of many names, so it hears its own. */
function externalServer(name: string, to: ExternalAddress): string[] {
  const { protocol, hostname, port, host } = new URL(to.url);
  const encrypted = protocol === "https:";
  const store = to.authority === undefined ? "@system-ca" : authorityPath(name);
  const sni = isIP(hostname) === 0 ? ` sni str(${hostname})` : "";
  const tls = `ssl verify required ca-file ${store} verifyhost ${hostname}${sni} alpn http/1.1`;
  const address = `${hostname}:${port || (encrypted ? 443 : 80)}`;
  return [
    ...BETWEEN_HOSTS,
    `http-request set-header Host ${host}`,
    `server ${name} ${address} ${encrypted ? `${tls} ` : ""}${TCP_USER_TIMEOUT} ${RESOLVED}`,
  ];
}

const BETWEEN_HOSTS = [
  `timeout connect ${REMOTE_CONNECT_SECONDS}s`,
  `retries ${HOLD_SECONDS / REMOTE_CONNECT_SECONDS}`,
  ...keepAlive("srv"),
];

/** Also where a container is made anew, and comes back with another address. */
const RESOLVED = "resolvers network init-addr none";

function authorityPath(name: string): string {
  return `${PROXY_DIRECTORY}/${name}.pem`;
}

function authorityFile({ name, to }: CallArgs): FileArgs[] {
  if (!("url" in to) || to.authority === undefined) return [];
  return [{ path: authorityPath(name), content: to.authority }];
}

function serveSection({ port, roles, protocol = "http" }: ServeArgs): string {
  const allowed = `{ ssl_c_s_dn(OU) -m str ${roles.join(" ")} }`;
  return section("listen serve", [
    `bind :${LINK_PORT} ssl ${IDENTITY} ${TCP_USER_TIMEOUT}${protocol === "http" ? " alpn http/1.1" : ""}`,
    ...keepAlive("cli"),
    ...(protocol === "http"
      ? [`http-request silent-drop unless ${allowed}`]
      : ["mode tcp", "retry-on conn-failure", `tcp-request content reject unless ${allowed}`]),
    `server daemon 127.0.0.1:${port} maxconn 32`,
  ]);
}

function section(head: string, lines: readonly string[]): string {
  return [head, ...lines.map((line) => `    ${line}`)].join("\n");
}
