import { z } from "zod";
import { hostSchema } from "../host";
import type { DockerEndpoint } from "./host";

const path = z.string().regex(/^[^\0]+$/, "a path");

/** A host on Docker. */
export const dockerHostSchema = hostSchema.extend({
  /** Where the operator reaches the Docker Engine. */
  docker: z
    .string()
    .regex(
      /^(unix:\/\/\/.+|ssh:\/\/[^\s@/:]+@[^\s@/:]+(:\d{1,5})?|tcp:\/\/[^\s@/:]+:\d{1,5})$/,
      "unix:///path of a socket, ssh://user@host[:port], or tcp://host:port",
    ),
  /** Folder with ca.pem, cert.pem and key.pem, relative to the project; for tcp:// alone. */
  certificates: path.optional(),
  /** Path of the engine's socket on the host itself. */
  socket: z
    .string()
    .regex(/^\/[^\0]*[^/\0]$/, "an absolute path")
    .optional(),
});

export type DockerHostSettings = z.output<typeof dockerHostSchema>;

/** How ssh:// hosts are reached, beside what the operator's own ssh_config says; paths are relative to the project. */
const sshSchema = z.strictObject({
  /** File with the hosts' keys, to be kept with the stack; the operator's own where it is not stated. */
  knownHosts: path.optional(),
  /** Private key. */
  identity: path.optional(),
});

export const dockerSettings = z.object({ "dokomodo:ssh": sshSchema.default({}) });

export type DockerSettings = z.output<typeof dockerSettings>;

/** How the engine of a host is reached. */
export function endpointOf(
  { name, docker, certificates }: DockerHostSettings,
  { "dokomodo:ssh": ssh }: DockerSettings,
): DockerEndpoint {
  return { name, docker, ssh, certificates };
}
