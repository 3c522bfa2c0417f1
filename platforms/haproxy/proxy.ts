import { isIP } from "node:net";
import * as pulumi from "@pulumi/pulumi";
import type {
  CallArgs,
  ContainerArgs,
  ExternalAddress,
  FileArgs,
  ServeArgs,
  WorkloadAddress,
  WorkloadArgs,
} from "../platform";
import { ATTEMPTS, CALL, NO_503, SPACED } from "./attempts";
import {
  crowdControl,
  HANDSHAKE_SECONDS,
  HOLD_SECONDS,
  haproxyConfiguration,
  haproxyContainer,
  keepAlive,
  LINK_PORT,
  NETWORK_THREAD,
  OWN_THREAD,
  PROXY_DIRECTORY,
  PROXY_ROLE,
  section,
  TCP_USER_TIMEOUT,
} from "./configuration";

/**
 * Seconds that an attempt to connect to another host may take: TCP and TLS are two round trips. Attempts are fewer
 * than on the own host, so that a call is held for about as long.
 */
const REMOTE_CONNECT_SECONDS = 2;
const MEAN_ATTEMPT_SECONDS = 1.5;

/** The container, the same on every platform, that carries a workload's links. */
export function proxyContainer(
  image: pulumi.Input<string>,
  { calls, serves, identity }: Pick<WorkloadArgs, "calls" | "serves" | "identity">,
): ContainerArgs {
  return haproxyContainer(PROXY_ROLE, image, {
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
 * - Iguana would parse an HTTP error page as an answer, so every error of the proxy's own is an empty file: the
 *   connection is dropped and the caller's own retries run. A daemon that is about to end answers 503 instead of doing
 *   what it is asked; that is dropped as well.
 * - `conn-failure` is a retry that is safe for a POST, since nothing was sent yet. A daemon that is about to end may
 *   also close a kept connection in the moment in which a call comes over it, and say nothing. Iguana would call again
 *   then, so the proxy may as well.
 * - Attempts to connect are a second apart. Others would follow each other at once, so what answers spaces them
 *   (platforms/haproxy/attempts.ts).
 * - Idle connections are closed after 5 s by default, long before the daemon (30 s) or the peer's proxy (60 s)
 *   would, so that none is reused while the other end closes it.
 */
export function proxyConfiguration(calls: readonly CallArgs[], serves: ServeArgs | undefined): string {
  const sections = [ATTEMPTS, ...calls.flatMap(callSections)];
  if (serves !== undefined) sections.push(serveSection(serves));
  return haproxyConfiguration(HTTP, sections);
}

const HTTP = [
  "mode http",
  "option log-health-checks",
  "http-reuse always",
  "retry-on conn-failure",
  "timeout http-request 30s",
  "timeout http-keep-alive 60s",
  ...[400, 401, 403, 404, 405, 407, 408, 410, 413, 425, 429, 500, 501, 502, 503, 504].map(
    (status) => `errorfile ${status} /dev/null`,
  ),
];

const IDENTITY = `crt ${PROXY_DIRECTORY}/identity.pem ca-file ${PROXY_DIRECTORY}/authority.pem verify required`;

/**
 * A call that leaves the host passes a second section on its way, on a socket that is seen in this workload alone. The
 * first one repeats calls; HAProxy 2.6 sends no name (SNI) over the connection that it opens to repeat one, and a gateway
 * finds its workload by that name. The second one repeats nothing that was sent, so each connection that it opens says it.
 */
function callSections(call: CallArgs): string[] {
  const { name, port, to } = call;
  const listen = (lines: readonly string[]) =>
    section(`listen call-${name}`, [
      `bind 127.0.0.1:${port} ${OWN_THREAD}`,
      "retry-on conn-failure empty-response",
      CALL,
      NO_503,
      ...lines,
    ]);
  const isExternal = "url" in to;
  if (!isExternal && !to.remote) return [listen([`${workloadServer(name, to)} ${RESOLVED}`])];
  const socket = `abns@elsewhere-${name}`;
  return [
    listen([`server elsewhere ${socket}`]),
    section(`listen elsewhere-${name}`, [
      `bind ${socket} ${OWN_THREAD}`,
      // The first section begins again when this one gives up, and this one ends that.
      ...SPACED,
      ...BETWEEN_HOSTS,
      ...(isExternal ? externalServer(name, to) : [`${workloadServer(name, to)} ${TCP_USER_TIMEOUT}`]),
    ]),
  ];
}

function workloadServer(name: string, to: WorkloadAddress): string {
  const tls = `ssl ${IDENTITY} verifyhost ${to.name} sni str(${to.name}) alpn http/1.1`;
  return `server ${name} ${to.hostname}:${to.port} ${tls}`;
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
    `http-request set-header Host ${host}`,
    `server ${name} ${address} ${encrypted ? `${tls} ` : ""}${TCP_USER_TIMEOUT} ${RESOLVED}`,
  ];
}

const BETWEEN_HOSTS = [
  `timeout connect ${REMOTE_CONNECT_SECONDS}s`,
  // An attempt takes 1 s where it is refused, 1.5 s on average where it is answered by nothing, and 2 s in a black hole.
  `retries ${HOLD_SECONDS / MEAN_ATTEMPT_SECONDS}`,
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

/** New connections a second from one source. All that comes from elsewhere comes from one, the gateway. */
const PACE = 300;

function serveSection({ port, roles, protocol = "http" }: ServeArgs): string {
  const allowed = `{ ssl_c_s_dn(OU) -m str ${roles.join(" ")} }`;
  return section("listen serve", [
    `bind :${LINK_PORT} ${NETWORK_THREAD} ssl ${IDENTITY} ${TCP_USER_TIMEOUT}${protocol === "http" ? " alpn http/1.1" : ""}`,
    ...crowdControl(PACE),
    ...keepAlive("cli"),
    ...(protocol === "http"
      ? [
          `http-request silent-drop unless ${allowed}`,
          ...SPACED,
          `server daemon 127.0.0.1:${port} maxconn 32`,
        ]
      : [
          "mode tcp",
          `tcp-request content reject unless ${allowed}`,
          ...WHOLE_REQUEST,
          `server daemon 127.0.0.1:${port} maxconn 1`,
        ]),
  ]);
}

/**
 * Seconds of silence after which a call over plain TCP is ended, with or without an answer. The operator's command waits
 * for as long.
 */
const TCP_SILENCE_SECONDS = 60;

/**
 * Iguana reads one connection at a time and waits for ever for the rest of a request, so it is connected to when all of
 * a request is there: the end of the head, and as many bytes behind it as the head says. A request has to fit in
 * HAProxy's buffer, which is 15 KiB.
 */
const WHOLE_REQUEST: readonly string[] = [
  `timeout queue ${TCP_SILENCE_SECONDS}s`,
  `timeout tunnel ${TCP_SILENCE_SECONDS}s`,
  `tcp-request inspect-delay ${HANDSHAKE_SECONDS}s`,
  "tcp-request content set-var(txn.announced) int(0)",
  "tcp-request content set-var(txn.announced) req.hdr(content-length)",
  // `method` is found when the head has ended.
  String.raw`tcp-request content accept if { method -m found } { 'req.payload(0,0),regsub("(?s)^.*?\r\n\r\n",""),length,sub(txn.announced)' ge 0 }`,
  "tcp-request content reject if WAIT_END",
];
