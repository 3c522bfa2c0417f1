import type * as pulumi from "@pulumi/pulumi";
import type { ContainerArgs, FileArgs } from "./platform";

/** Where an HAProxy finds its files. */
export const PROXY_DIRECTORY = "/run/dokomodo/proxy";

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
    user: "65534:65534",
    environment: {},
    files: [{ path: `${PROXY_DIRECTORY}/haproxy.cfg`, content: configuration }, ...files],
    memoryMiB: 128,
    graceSeconds: 10,
  };
}

/** A configuration with these lines of its own among the defaults. */
export function haproxyConfiguration(lines: readonly string[], sections: readonly string[]): string {
  const defaults = [DEFAULTS, ...lines.map((line) => `    ${line}`)].join("\n");
  return `${[GLOBAL, defaults, RESOLVERS, ...sections].join("\n\n")}\n`;
}

/** One thread and small caches: dozens of these run on a host. A soft stop ends kept connections after a while. */
const GLOBAL = `global
    hard-stop-after 3s
    log stdout format raw local0 warning
    nbthread 1
    maxconn 512
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
