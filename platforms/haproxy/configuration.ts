import type * as pulumi from "@pulumi/pulumi";
import type { Memory } from "../../notary/memory";
import type { ContainerArgs, FileArgs } from "../platform";

/** Port on which every workload's proxy answers its callers. It is below every port that komodod computes. */
export const LINK_PORT = 7443;

/** Role of the container that carries a workload's links. */
export const PROXY_ROLE = "proxy";

/** `uid:gid` of every HAProxy. */
export const PROXY_USER = "65534:65534";

/** The directory of a container with HAProxy's files. */
export const PROXY_DIRECTORY = "/run/dokomodo/proxy";

/** For a `bind` line: one of the two threads takes the workload's own calls, the other those from the network. */
export const OWN_THREAD = "thread 1";
export const NETWORK_THREAD = "thread 2";

/** Seconds for which a call is held while the daemon that it goes to restarts. */
export const HOLD_SECONDS = 30;

/**
 * The time after which a connection between two hosts counts as dead if its other end is gone, cut off or rebooted. It
 * counts from data that nobody acknowledges, or from a keep-alive question that nobody answers.
 */
export const TCP_USER_TIMEOUT = "tcp-ut 15s";

/** Lets the kernel ask on silent connections whether the other end is there: callers (`cli`) or callees (`srv`). */
export function keepAlive(side: "cli" | "srv"): string[] {
  return [`option ${side}tcpka`, `${side}tcpka-idle 10s`, `${side}tcpka-intvl 5s`, `${side}tcpka-cnt 3`];
}

/**
 * Seconds that a caller has to prove who it is, or to say whom it calls. TCP and TLS 1.3 take two round trips, and our
 * own callers give up after 2 s. Strangers that say nothing are dropped then.
 */
export const HANDSHAKE_SECONDS = 5;

/** The number of connections that a port which strangers can reach takes from anybody. */
const CROWDED = 4096;
/** Further connections, only for sources that have few, so that a crowd from one source does not keep others out. */
const RESERVED = 512;
/** A source with fewer connections than this has few. A whole notary on another host has fewer to one gateway. */
const FEW = 256;
/** Further connections, only for ports on loopback, so that strangers cannot take these away. */
const OWN = 512;

/**
 * Rules that keep a port open to good callers while strangers crowd it. They limit the number of connections, and the
 * time of a handshake (docs/internals/engines.md, the handshake). A connection is refused before TLS begins, so a
 * refusal costs next to nothing.
 * @param pace new connections per second that one source gets; each costs up to 0.4 ms of a processor for TLS
 */
export function crowdControl(pace: number): string[] {
  return [
    `maxconn ${CROWDED + RESERVED}`,
    `timeout client ${HANDSHAKE_SECONDS}s`,
    "stick-table type ip size 10k expire 1m store conn_cur,gpc0,gpc0_rate(1s)",
    "tcp-request connection track-sc0 src",
    `tcp-request connection reject if { sc0_gpc0_rate ge ${pace} }`,
    `tcp-request connection reject if { fe_conn gt ${CROWDED} } { sc0_conn_cur gt ${FEW} }`,
    // Only connections that are let through count, so a source that opens more than its pace still gets its pace.
    "tcp-request connection sc-inc-gpc0(0)",
  ];
}

/**
 * A crowd takes up to 61 KiB for each of its TLS connections, 285 MiB in all (HAProxy 3.2; 2.6 takes less). Nothing else
 * needs more than ten MiB.
 */
export const PROXY_MEMORY: Memory = { limitMiB: 320, requestMiB: 64 };

/** A container that runs HAProxy 2.6 or newer with this configuration. */
export function haproxyContainer(
  role: string,
  image: pulumi.Input<string>,
  { configuration, files = [] }: { configuration: string; files?: readonly FileArgs[] },
): ContainerArgs {
  return {
    role,
    image,
    command: ["haproxy", "-f", `${PROXY_DIRECTORY}/haproxy.cfg`],
    user: PROXY_USER,
    environment: {},
    files: [{ path: `${PROXY_DIRECTORY}/haproxy.cfg`, content: configuration }, ...files],
    memoryMiB: PROXY_MEMORY.limitMiB,
    requests: { memoryMiB: PROXY_MEMORY.requestMiB },
    graceSeconds: 10,
  };
}

/**
 * A nameserver that is asked over TCP, beside those of /etc/resolv.conf.
 *
 * @example "127.0.0.11:53"
 */
export type Nameserver = string;

/**
 * A configuration of HAProxy.
 * @param lines its own lines in the section of defaults
 */
export function haproxyConfiguration(
  lines: readonly string[],
  sections: readonly string[],
  nameserver?: Nameserver,
): string {
  const defaults = section(DEFAULTS, lines);
  const resolvers =
    nameserver === undefined ? RESOLVERS : section(RESOLVERS, [`nameserver tcp tcp@${nameserver}`]);
  return `${[GLOBAL, defaults, resolvers, ...sections].join("\n\n")}\n`;
}

/** One section of a configuration. */
export function section(head: string, lines: readonly string[]): string {
  return [head, ...lines.map((line) => `    ${line}`)].join("\n");
}

/**
 * The caches are small, because dozens of these proxies run on a host. An orderly stop ends kept connections after 3 s.
 * There are two threads, so that strangers can keep only the one busy that takes connections from the network, and not
 * the one with the workload's own calls. If the engine allows fewer open files than all connections may need, HAProxy
 * goes on with those.
 */
const GLOBAL = `global
    hard-stop-after 3s
    log stdout format raw local0 warning
    nbthread 2
    maxconn ${CROWDED + RESERVED + OWN}
    no strict-limits
    tune.ssl.cachesize 256
    tune.ssl.default-dh-param 2048
    ssl-default-bind-options ssl-min-ver TLSv1.3
    ssl-default-server-options ssl-min-ver TLSv1.3`;

/**
 * `redispatch 1` takes the server's present address at each attempt. Without it a call keeps the address that it had first,
 * and never reaches a workload that was replaced meanwhile (docs/internals/engines.md, the address of a repeated attempt).
 */
const DEFAULTS = `defaults
    log global
    option dontlognull
    option dontlog-normal
    retries ${HOLD_SECONDS}
    option redispatch 1
    timeout connect 1s
    timeout queue ${HOLD_SECONDS}s
    timeout client 10m
    timeout server 10m`;

/**
 * A name that no longer resolves keeps its last address while its workload restarts. A name that resolves to another
 * address has the new one at once, because `hold obsolete` stays 0 (docs/internals/engines.md, names and addresses).
 */
const RESOLVERS = `resolvers network
    parse-resolv-conf
    accepted_payload_size 8192
    resolve_retries 2
    timeout resolve 2s
    timeout retry 1s
    hold valid 2s
    hold nx ${2 * HOLD_SECONDS}s
    hold other ${2 * HOLD_SECONDS}s
    hold refused ${2 * HOLD_SECONDS}s
    hold timeout ${2 * HOLD_SECONDS}s`;
