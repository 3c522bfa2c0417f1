import { isIP } from "node:net";
import * as pulumi from "@pulumi/pulumi";
import type {
  CallArgs,
  ContainerArgs,
  ExternalAddress,
  FileArgs,
  FormerPasswordArgs,
  ServeArgs,
  WorkloadAddress,
  WorkloadArgs,
} from "../platform";
import { ATTEMPTS, CALL, NOT_DONE, SPACED } from "./attempts";
import {
  crowdControl,
  HANDSHAKE_SECONDS,
  HOLD_SECONDS,
  haproxyConfiguration,
  haproxyContainer,
  keepAlive,
  LINK_PORT,
  type Nameserver,
  NETWORK_THREAD,
  OWN_THREAD,
  PROXY_DIRECTORY,
  PROXY_ROLE,
  section,
  TCP_USER_TIMEOUT,
} from "./configuration";

/**
 * Seconds that an attempt to connect to another host may take, because TCP and TLS take two round trips. There are
 * fewer attempts than within a host, so that a call is held for about as long.
 */
const REMOTE_CONNECT_SECONDS = 2;
/** Seconds that a failed attempt takes on average (see BETWEEN_HOSTS). */
const MEAN_ATTEMPT_SECONDS = 1.5;

/** The container that carries a workload's links. It is the same on every platform. */
export function proxyContainer(
  image: pulumi.Input<string>,
  { calls, serves, identity }: Pick<WorkloadArgs, "calls" | "serves" | "identity">,
  nameserver?: Nameserver,
): ContainerArgs {
  return haproxyContainer(PROXY_ROLE, image, {
    configuration: proxyConfiguration(calls, serves, nameserver),
    files: [
      { path: `${PROXY_DIRECTORY}/authority.pem`, content: identity.authority },
      {
        path: `${PROXY_DIRECTORY}/identity.pem`,
        content: pulumi.interpolate`${identity.certificate}${identity.privateKey}`,
      },
      ...calls.flatMap(authorityFile),
      ...(serves?.callers === undefined ? [] : [callersFile(serves.callers)]),
      ...(serves?.formerPassword === undefined ? [] : [loginsFile(serves.formerPassword)]),
    ],
  });
}

/**
 * HAProxy's configuration for one workload: its outbound links on loopback, its inbound link on the network.
 *
 * - Iguana would take an HTTP error page for an answer (docs/internals/domain.md, how Iguana calls a chain). So every
 *   error of the proxy's own is an empty file, with which HAProxy drops the connection (docs/internals/engines.md, an
 *   error of the proxy's own), and the caller tries again by itself.
 * - `conn-failure` repeats a call of which nothing was sent yet, which is safe for a POST. `empty-response` repeats a
 *   call that was sent over a connection which was closed without an answer, as a daemon that ends may do with a kept
 *   one. Iguana would call again in that case, so the proxy may do so as well. It does not for calls of clients, which
 *   may spend (`repeats`).
 * - HAProxy makes attempts to connect a second apart, and other attempts at once (docs/internals/engines.md, retries).
 *   Rules of our own space the latter (platforms/haproxy/attempts.ts).
 * - HAProxy closes connections to other proxies within seconds after they became idle (docs/internals/engines.md, idle
 *   connections), and the peer's proxy does so after 60 s. So no connection is used again while the other end closes it.
 * - Each call of a daemon has a connection of its own. A daemon that ends waits until all of them are closed
 *   (docs/internals/domain.md, a daemon that starts or ends), and a kept one costs litecoind 2 to 13 s.
 */
export function proxyConfiguration(
  calls: readonly CallArgs[],
  serves: ServeArgs | undefined,
  nameserver?: Nameserver,
): string {
  const sections = calls.length === 0 ? [] : [ATTEMPTS, ...calls.flatMap(callSections)];
  if (serves !== undefined) sections.push(serveSection(serves));
  return haproxyConfiguration(HTTP, sections, nameserver);
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
 * The sections of one outbound link. The first one takes a call and repeats it. The second one makes one attempt of it, and
 * the first one reaches it over a socket that only this workload sees. HAProxy does not forget for as long as a call takes
 * that its first attempt was made over a kept connection. It makes all later attempts without a pause then, and HAProxy 2.6
 * sends no name (SNI) with them (docs/internals/engines.md, a call that began on a kept connection). The second section has
 * a call of its own for each attempt.
 */
function callSections(call: CallArgs): string[] {
  const { name, port, to, repeats = true } = call;
  const socket = `abns@attempt-${name}`;
  return [
    section(`listen call-${name}`, [
      `bind 127.0.0.1:${port} ${OWN_THREAD}`,
      ...(repeats ? ["retry-on conn-failure empty-response"] : []),
      CALL,
      `server attempt ${socket}`,
    ]),
    section(`listen attempt-${name}`, [
      `bind ${socket} ${OWN_THREAD}`,
      // The first section repeats the call when this one gives up. These rules end the call then.
      ...SPACED,
      ...server(name, to),
    ]),
  ];
}

function server(name: string, to: CallArgs["to"]): string[] {
  if ("url" in to) return [...BETWEEN_HOSTS, ...externalServer(name, to)];
  const workload = workloadServer(name, to);
  return to.remote ? [...BETWEEN_HOSTS, `${workload} ${TCP_USER_TIMEOUT}`] : [`${workload} ${RESOLVED}`];
}

function workloadServer(name: string, to: WorkloadAddress): string {
  const tls = `ssl ${IDENTITY} verifyhost ${to.name} sni str(${to.name}) alpn http/1.1`;
  return `server ${name} ${to.hostname}:${to.port} ${tls}`;
}

/**
 * Lines for a daemon that somebody else runs. Its server may have many names, so the request says the one of the url.
 */
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
  // An attempt takes 1 s if it is refused, 1.5 s on average if it is closed without an answer, and 2 s if nobody
  // answers.
  `retries ${HOLD_SECONDS / MEAN_ATTEMPT_SECONDS}`,
  ...keepAlive("srv"),
];

/** Looks the name up again and again, because a container that is made anew comes back with another address. */
const RESOLVED = "resolvers network init-addr none";

function authorityPath(name: string): string {
  return `${PROXY_DIRECTORY}/${name}.pem`;
}

function authorityFile({ name, to }: CallArgs): FileArgs[] {
  if (!("url" in to) || to.authority === undefined) return [];
  return [{ path: authorityPath(name), content: to.authority }];
}

/** Callers' certificates: lines of a CN and the name that the container is told. */
const CALLERS = `${PROXY_DIRECTORY}/callers`;

function callersFile(callers: NonNullable<ServeArgs["callers"]>): FileArgs {
  const content = pulumi.all({ ...callers }).apply((known) =>
    Object.entries(known)
      .map(([name, commonName]) => `${commonName} ${name}\n`)
      .sort()
      .join(""),
  );
  return { path: CALLERS, content };
}

/**
 * Rules that let in only the callers of the file, and tell the container who calls, whatever the caller says. A 503 is
 * the container's own answer.
 */
const NAMED: readonly string[] = [
  `http-request silent-drop unless { ssl_c_s_dn(CN),map_str(${CALLERS}) -m found }`,
  `http-request set-header X-Dokomodo-Client %[ssl_c_s_dn(CN),map_str(${CALLERS})]`,
];

/** Passwords that callers may use: lines of a password and the login that the container takes, in base64. */
const LOGINS = `${PROXY_DIRECTORY}/logins`;

function loginsFile({ former, user, present }: FormerPasswordArgs): FileArgs {
  const content = pulumi.all([former, present]).apply(([before, now]) => {
    const login = Buffer.from(`${user}:${now}`).toString("base64");
    return `${before} ${login}\n${now} ${login}\n`;
  });
  return { path: LOGINS, content: pulumi.secret(content) };
}

/**
 * Rules that put the present login in the place of the former one until a time. So no call is refused from the turn of
 * the container to the turn of its last caller. A container that ends may still have the former login. It refuses the
 * present one (401), and that answer is dropped like a 503, so that the caller's proxy calls again.
 */
function formerLogin({ until }: FormerPasswordArgs): string[] {
  return [
    `http-request set-var(txn.login) http_auth_pass,map_str(${LOGINS}) if { date() lt ${Math.floor(until.getTime() / 1000)} }`,
    'http-request set-header Authorization "Basic %[var(txn.login)]" if { var(txn.login) -m found }',
    "http-response deny if { status 401 } { var(txn.login) -m found }",
  ];
}

/** New connections per second from one source. All calls from elsewhere come from one source, the gateway. */
const PACE = 300;

/** Calls that a daemon gets at once, as it has few threads for them. */
const MOST_CALLS = 32;
/** Calls of all clients at once. Some take long, and one chain's should not keep others' waiting. */
const MOST_CALLS_OF_CLIENTS = 100;

function serveSection({ port, roles, callers, protocol = "http", formerPassword }: ServeArgs): string {
  const allowed = `{ ssl_c_s_dn(OU) -m str ${roles.join(" ")} }`;
  return section("listen serve", [
    `bind :${LINK_PORT} ${NETWORK_THREAD} ssl ${IDENTITY} ${TCP_USER_TIMEOUT}${protocol === "http" ? " alpn http/1.1" : ""}`,
    ...crowdControl(PACE),
    ...keepAlive("cli"),
    ...(protocol === "http"
      ? [
          "option http-server-close",
          `http-request silent-drop unless ${allowed}`,
          ...(callers === undefined ? NOT_DONE : NAMED),
          ...(formerPassword === undefined ? [] : formerLogin(formerPassword)),
          `server daemon 127.0.0.1:${port} maxconn ${callers === undefined ? MOST_CALLS : MOST_CALLS_OF_CLIENTS}`,
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
 * Seconds of silence after which a call over plain TCP is ended, with or without an answer. `dokomodo iguana` waits for
 * as long.
 */
const TCP_SILENCE_SECONDS = 60;

/**
 * Rules that wait for a whole request before they connect to Iguana: the end of the head, and as many bytes behind it
 * as the head announces. Iguana serves one connection at a time, and waits for the rest of a request without a limit
 * (docs/internals/domain.md, Iguana's RPC). A request has to fit into HAProxy's buffer of 15 KiB
 * (docs/internals/engines.md, retries).
 */
const WHOLE_REQUEST: readonly string[] = [
  `timeout queue ${TCP_SILENCE_SECONDS}s`,
  `timeout tunnel ${TCP_SILENCE_SECONDS}s`,
  `tcp-request inspect-delay ${HANDSHAKE_SECONDS}s`,
  "tcp-request content set-var(txn.announced) int(0)",
  "tcp-request content set-var(txn.announced) req.hdr(content-length)",
  // `method` is known when the head has ended.
  String.raw`tcp-request content accept if { method -m found } { 'req.payload(0,0),regsub("(?s)^.*?\r\n\r\n",""),length,sub(txn.announced)' ge 0 }`,
  "tcp-request content reject if WAIT_END",
];
