import { z } from "zod";
import { hostSchema } from "../host";
import type { DockerEndpoint } from "./host";

const path = z.string().regex(/^[^\0]+$/, "a path");

/** A host on Docker. */
export const dockerHostSchema = hostSchema.extend({
  docker: z
    .string()
    .regex(
      /^(unix:\/\/\/.+|ssh:\/\/[^\s@/:]+@[^\s@/:]+(:\d{1,5})?|tcp:\/\/[^\s@/:]+:\d{1,5})$/,
      "unix:///path of a socket, ssh://user@host[:port], or tcp://host:port",
    )
    .describe(
      "Where you reach the host's Docker Engine: over a socket of this machine, over SSH as a user who may use Docker, or over TCP with TLS. It is required on Docker, and not used on other platforms.",
    ),
  certificates: path
    .optional()
    .describe(
      "The folder with ca.pem, cert.pem and key.pem for an engine on tcp://, relative to the project's folder. It is required for tcp://, and an error otherwise.",
    ),
  socket: z
    .string()
    .regex(/^\/[^\0]*[^/\0]$/, "an absolute path")
    .optional()
    .describe(
      "The path of the engine's socket on the host itself. Where it is absent, it is the path in `docker` for unix://, and /var/run/docker.sock otherwise.",
    ),
});

export type DockerHostSettings = z.output<typeof dockerHostSchema>;

const sshSchema = z.strictObject({
  knownHosts: path
    .optional()
    .describe(
      "A file with the SSH keys of the hosts, in the form of known_hosts and relative to the project's folder. Where it is absent, ssh looks where your own ssh_config says.",
    ),
  identity: path
    .optional()
    .describe(
      "A file with the private key to log in with, relative to the project's folder. Where it is absent, ssh takes the keys of your agent and of your own ssh_config.",
    ),
});

export const dockerSettings = z.object({
  "dokomodo:ssh": sshSchema
    .default({})
    .describe("How hosts on ssh:// are reached. Your own ssh_config counts for all that is not stated here."),
});

export type DockerSettings = z.output<typeof dockerSettings>;

/** How the engine of a host is reached. */
export function endpointOf(
  { name, docker, certificates }: DockerHostSettings,
  { "dokomodo:ssh": ssh }: DockerSettings,
): DockerEndpoint {
  return { name, docker, ssh, certificates };
}
