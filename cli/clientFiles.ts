import { keepAlive, section, TCP_USER_TIMEOUT } from "../platforms/haproxy/configuration";
import type { ClientAccess } from "./outputs";

/** A file that a client gets. */
export interface ClientFile {
  readonly name: string;
  readonly text: string;
  /** Permissions, such as 0o600. */
  readonly mode: number;
}

const IDENTITY = "client.pem";
const AUTHORITY = "authority.pem";
export const CONFIGURATION = "haproxy.cfg";

/** The files with which a client's own HAProxy leads its applications to the chains that it may call. */
export function clientFiles(access: ClientAccess): ClientFile[] {
  return [
    { name: IDENTITY, text: `${access.certificate}${access.privateKey}`, mode: 0o600 },
    { name: AUTHORITY, text: access.authority, mode: 0o644 },
    { name: CONFIGURATION, text: clientConfiguration(access), mode: 0o644 },
  ];
}

/**
 * The configuration of a client's HAProxy (2.6 or newer), which stands beside the other files. Each chain has its usual
 * RPC port on loopback. HAProxy is started in the folder, because 2.6 does not look for a server's certificate beside
 * the configuration (`default-path config`).
 *
 * A call is repeated only if nothing of it was sent, because a call may spend. The application's own user and password
 * are of no use, and are not sent.
 */
export function clientConfiguration({ address, chains }: ClientAccess): string {
  const { name, hostname, port } = address;
  const tls = `ssl crt ${IDENTITY} ca-file ${AUTHORITY} verify required verifyhost ${name} sni str(${name}) alpn http/1.1`;
  const sections = Object.entries(chains)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([symbol, rpcPort]) =>
      section(`listen ${symbol}`, [
        `bind 127.0.0.1:${rpcPort}`,
        "http-request del-header Authorization",
        `http-request set-path /${symbol}`,
        `server ${name} ${hostname}:${port} ${tls} ${TCP_USER_TIMEOUT}`,
      ]),
    );
  return `${[GLOBAL, DEFAULTS, ...sections].join("\n\n")}\n`;
}

const GLOBAL = section("global", [
  "# The paths below are relative to this folder, so start HAProxy in it.",
  "log stdout format raw local0 notice",
  "ssl-default-server-options ssl-min-ver TLSv1.3",
]);

const DEFAULTS = section("defaults", [
  "mode http",
  "log global",
  "retry-on conn-failure",
  "retries 20",
  "timeout connect 2s",
  "timeout client 10m",
  "timeout server 10m",
  "timeout http-request 30s",
  ...keepAlive("srv"),
]);
