import type { ContainerArgs as DockerContainerArgs } from "@pulumi/docker/container";
import * as pulumi from "@pulumi/pulumi";
import { type ContainerArgs, DOWNLOADS_DIRECTORY } from "../platform";
import { PROCESS_GROUP, parseUser } from "../user";
import { DOWNLOADS_VOLUME } from "./names";

/**
 * Inputs of a container for which a change has to replace it. Without this the provider does nothing about a changed
 * healthcheck or tmpfs (docs/internals/pulumi.md, a change of healthcheck).
 */
export const REPLACED_FOR = ["healthcheck", "tmpfs"];

/** Labels as the provider takes them. They are sorted, so that their order is never a change. */
export function labelList(labels: Readonly<Record<string, string>>): { label: string; value: string }[] {
  return Object.entries(labels)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([label, value]) => ({ label, value }));
}

/**
 * The arguments of a container's resource.
 * @param shared whose namespaces the container joins, and its labels
 * @param volume name of the volume that it mounts
 */
export function containerArgs(
  name: string,
  container: ContainerArgs,
  shared: Pick<DockerContainerArgs, "networkMode" | "pidMode" | "labels">,
  volume: pulumi.Input<string> | undefined,
): DockerContainerArgs {
  const [entrypoint, ...command] = container.command;
  if (entrypoint === undefined) throw new pulumi.RunError(`${name}: the command is empty`);
  return {
    ...hardened(container),
    ...shared,
    name,
    image: container.image,
    entrypoints: [entrypoint],
    command,
    workingDir: container.workingDirectory,
    envs: Object.entries(container.environment)
      .map(([key, value]) => `${key}=${value}`)
      .sort(),
    // Uploads are root's (docs/internals/pulumi.md, uploads). With 0444 the daemon's user can read them, and no other
    // user is in the container.
    uploads: [
      ...container.files,
      ...(container.accounts === undefined ? [] : [{ path: "/etc/passwd", content: container.accounts }]),
    ].map(({ path, content }) => ({ file: path, content, permissions: "0444" })),
    mounts: [
      ...(volume === undefined || container.volume === undefined
        ? []
        : [{ type: "volume", source: volume, target: container.volume.mountPath }]),
      ...(container.hostDirectory === undefined
        ? []
        : [
            {
              type: "bind",
              source: container.hostDirectory.source,
              target: container.hostDirectory.mountPath,
            },
          ]),
      ...((container.downloads ?? []).length === 0 ? [] : [DOWNLOADS]),
    ],
    tmpfs: ownDirectories(container),
    healthcheck:
      container.healthCommand === undefined
        ? undefined
        : {
            tests: ["CMD", ...container.healthCommand],
            interval: "30s",
            timeout: "10s",
            retries: 3,
            startPeriod: "30s",
          },
  };
}

const DOWNLOADS = { type: "volume", source: DOWNLOADS_VOLUME, target: DOWNLOADS_DIRECTORY, readOnly: true };

/** Directories of the container's user that are in memory. They hold confs and links, which are a few KiB. */
function ownDirectories({
  ownDirectories: paths = [],
  user: text,
}: ContainerArgs): Record<string, string> | undefined {
  if (paths.length === 0) return undefined;
  const { user } = parseUser(text);
  const options = `uid=${user},gid=${PROCESS_GROUP},mode=0700,size=16m`;
  return Object.fromEntries(paths.map((path) => [path, options]));
}

/** What every container gets: least privilege, limits of memory and logs, and a stop that waits for the process. */
export function hardened(
  container: Pick<ContainerArgs, "user" | "memoryMiB" | "graceSeconds">,
): Omit<DockerContainerArgs, "image"> {
  return {
    ...processUser(container.user),
    capabilities: { drops: ["ALL"] },
    securityOpts: ["no-new-privileges:true"],
    memory: container.memoryMiB,
    // Without it every refresh shows a change (docs/internals/pulumi.md, memorySwap).
    memorySwap: container.memoryMiB,
    restart: "unless-stopped",
    mustRun: true,
    // Without it a deletion kills the process at once (docs/internals/pulumi.md, a deletion kills). `docker stop` and a
    // reboot go by stopTimeout.
    destroyGraceSeconds: container.graceSeconds,
    stopTimeout: container.graceSeconds,
    logDriver: "json-file",
    logOpts: { "max-file": "5", "max-size": "20m" },
  };
}

/**
 * The user and groups of a container's processes. Root keeps its own group, because no other user can look into root's
 * processes.
 */
function processUser(text: string): Pick<DockerContainerArgs, "user" | "groupAdds"> {
  const { user, imageGroup } = parseUser(text);
  if (user === 0) return { user: text };
  return { user: `${user}:${PROCESS_GROUP}`, groupAdds: [String(imageGroup)] };
}
