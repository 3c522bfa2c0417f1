import type { ProviderArgs } from "@pulumi/docker/provider";

/** How the operator's machine reaches a Docker Engine. Paths are relative to the project. */
export interface DockerEndpoint {
  /** Name of the host in the stack's config. */
  readonly name: string;
  /** `unix:///path`, `ssh://user@host[:port]` or `tcp://host:port`. */
  readonly docker: string;
  /** Of tcp://: folder with ca.pem, cert.pem and key.pem. */
  readonly certificates?: string | undefined;
  /** Of ssh://, beside the operator's own ssh_config. */
  readonly ssh: { readonly knownHosts?: string | undefined; readonly identity?: string | undefined };
}

/** Seconds for which a host may be silent before it counts as down. */
export const CONNECT_SECONDS = 8;

export function providerArgs(endpoint: DockerEndpoint): ProviderArgs {
  const { docker, certificates } = endpoint;
  return {
    host: docker,
    ...(docker.startsWith("ssh://") ? { sshOpts: sshOptions(endpoint) } : {}),
    ...(certificates === undefined ? {} : { certPath: certificates }),
  };
}

/**
 * How many resources of an ssh:// host are worked on at once. Each is a session of the shared connection, of which sshd
 * allows ten (MaxSessions); more would log in by themselves, and of those sshd drops some from ten on (MaxStartups).
 */
export const SSH_AT_ONCE = 8;

/**
 * Options for every ssh to a host. They never ask, never take an unknown key, and share one connection. They name no path
 * of one machine, for they are kept in the stack's state.
 */
export function sshOptions({ ssh: { knownHosts, identity } }: DockerEndpoint): string[] {
  const options = {
    BatchMode: "yes",
    StrictHostKeyChecking: "yes",
    ConnectTimeout: String(CONNECT_SECONDS),
    ServerAliveInterval: "5",
    ServerAliveCountMax: "2",
    ControlMaster: "auto",
    ControlPath: "~/.ssh/dokomodo-%C",
    ControlPersist: "60",
    ...(knownHosts === undefined ? {} : { UserKnownHostsFile: knownHosts }),
    ...(identity === undefined ? {} : { IdentityFile: identity, IdentitiesOnly: "yes" }),
  };
  return Object.entries(options).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
}

/** Path of the engine's socket on the host itself. */
export function engineSocket({ docker }: DockerEndpoint): string {
  return docker.startsWith("unix://") ? docker.slice("unix://".length) : "/var/run/docker.sock";
}
