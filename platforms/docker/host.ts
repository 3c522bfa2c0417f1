import type { ProviderArgs } from "@pulumi/docker/provider";

/** How the operator's machine reaches a Docker Engine. Paths are relative to the project. */
export interface DockerEndpoint {
  /** Name of the host in the stack's config. */
  readonly name: string;
  /** `unix:///path`, `ssh://user@host[:port]` or `tcp://host:port`. */
  readonly docker: string;
  /** For tcp://: folder with ca.pem, cert.pem and key.pem. */
  readonly certificates?: string | undefined;
  /** For ssh://, in addition to the operator's own ssh_config. */
  readonly ssh: { readonly knownHosts?: string | undefined; readonly identity?: string | undefined };
}

/** Seconds for which a host may be silent before it counts as down. */
export const CONNECT_SECONDS = 8;

/** The arguments of a host's provider, which runs ssh by itself (docs/internals/pulumi.md, hosts over ssh). */
export function providerArgs(endpoint: DockerEndpoint): ProviderArgs {
  const { docker, certificates } = endpoint;
  return {
    host: docker,
    sshOpts: docker.startsWith("ssh://") ? sshOptions(endpoint) : undefined,
    certPath: certificates,
  };
}

/**
 * How many resources of an ssh:// host are worked on at once. Each takes a session of the shared connection, and sshd
 * allows ten of them. Further ones would log in by themselves, and sshd drops some logins from the tenth on
 * (docs/internals/engines.md, sessions and logins).
 */
export const SSH_AT_ONCE = 8;

/**
 * Options for every ssh to a host. With them ssh asks no question, takes no unknown key, and shares one connection per
 * host (docs/internals/engines.md, a shared connection). They have no path of the operator's machine in them, because
 * they are kept in the stack's state.
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
    UserKnownHostsFile: knownHosts,
    IdentityFile: identity,
    IdentitiesOnly: identity === undefined ? undefined : "yes",
  };
  return Object.entries(options).flatMap(([name, value]) =>
    value === undefined ? [] : ["-o", `${name}=${value}`],
  );
}

/** Path of the engine's socket on the host itself. */
export function engineSocket({ docker }: DockerEndpoint): string {
  return docker.startsWith("unix://") ? docker.slice("unix://".length) : "/var/run/docker.sock";
}
