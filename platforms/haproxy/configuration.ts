import type * as pulumi from "@pulumi/pulumi";
import type { ContainerArgs, FileArgs } from "../platform";

/** Port on which every workload's proxy answers its callers; below every port that komodod computes. */
export const LINK_PORT = 7443;

/** Role of the container that carries a workload's links. */
export const PROXY_ROLE = "proxy";

/** `uid:gid` of every HAProxy. */
export const PROXY_USER = "65534:65534";

/** Where an HAProxy finds its files. */
export const PROXY_DIRECTORY = "/run/dokomodo/proxy";

/** On a `bind` line: which of the two threads takes the workload's own calls, and which those of the network. */
export const OWN_THREAD = "thread 1";
export const NETWORK_THREAD = "thread 2";

/** Seconds that a call is held while what it goes to restarts. */
export const HOLD_SECONDS = 30;

/**
 * A connection between two hosts whose other end is gone, cut off or rebooted, counts as dead after this: sent data
 * that nobody acknowledges for so long, or a question that the kernel asks on a silent one and nobody answers.
 */
export const TCP_USER_TIMEOUT = "tcp-ut 15s";

/** The kernel's questions, on the side of the caller (`cli`) or of the callee (`srv`). */
export function keepAlive(side: "cli" | "srv"): string[] {
  return [`option ${side}tcpka`, `${side}tcpka-idle 10s`, `${side}tcpka-intvl 5s`, `${side}tcpka-cnt 3`];
}

/**
 * Seconds that a caller has to prove who it is, or to say whom it calls: TCP and TLS 1.3 are two round trips, and our
 * own callers give up after 2 s. Strangers that say nothing are gone after it.
 */
export const HANDSHAKE_SECONDS = 5;

/** Connections to a port that strangers reach: this many are taken from anybody. */
const CROWDED = 4096;
/** These more are taken from sources that have few, so that a crowd of one source does not keep the others out. */
const RESERVED = 512;
/** Connections up to which a source has few. A whole notary on another host has fewer to one gateway. */
const FEW = 256;
/** Connections to ports on loopback, on top of the above: what strangers do takes nothing away from them. */
const OWN = 512;

/**
 * What keeps a port open to good callers while strangers crowd it, in number; HANDSHAKE_SECONDS does so in time. It
 * comes before TLS, so a refused connection costs next to nothing.
 * @param pace new connections a second that one source gets; each costs up to 0.4 ms of a processor for TLS
 */
export function crowdControl(pace: number): string[] {
  return [
    `maxconn ${CROWDED + RESERVED}`,
    `timeout client ${HANDSHAKE_SECONDS}s`,
    "stick-table type ip size 10k expire 1m store conn_cur,gpc0,gpc0_rate(1s)",
    "tcp-request connection track-sc0 src",
    `tcp-request connection reject if { sc0_gpc0_rate ge ${pace} }`,
    `tcp-request connection reject if { fe_conn gt ${CROWDED} } { sc0_conn_cur gt ${FEW} }`,
    // Those that are let through are counted, so a source that is above its pace still gets its pace.
    "tcp-request connection sc-inc-gpc0(0)",
  ];
}

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
    // A crowd takes 54 KiB for each of its TLS connections, 244 MiB in all. Nothing else needs more than a few MiB.
    memoryMiB: 320,
    requests: { memoryMiB: 64 },
    graceSeconds: 10,
  };
}

/** A configuration with these lines of its own among the defaults. */
export function haproxyConfiguration(lines: readonly string[], sections: readonly string[]): string {
  const defaults = section(DEFAULTS, lines);
  return `${[GLOBAL, defaults, RESOLVERS, ...sections].join("\n\n")}\n`;
}

/** One section of a configuration. */
export function section(head: string, lines: readonly string[]): string {
  return [head, ...lines.map((line) => `    ${line}`)].join("\n");
}

/**
 * Small caches: dozens of these run on a host. A soft stop ends kept connections after a while. There are two threads so
 * that strangers, who make the one work that takes connections from the network, do not keep a workload's own calls
 * waiting. Where the engine allows fewer open files than all connections may need, it goes on with those.
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

const DEFAULTS = `defaults
    log global
    option dontlognull
    option dontlog-normal
    retries ${HOLD_SECONDS}
    timeout connect 1s
    timeout queue ${HOLD_SECONDS}s
    timeout client 10m
    timeout server 10m`;

/**
 * A name that does not resolve any more keeps its last address while the workload behind it restarts. One that resolves
 * to another address has that at once: `hold obsolete` stays 0.
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
