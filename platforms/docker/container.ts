import type { ContainerArgs as DockerContainerArgs } from "@pulumi/docker/container";
import * as pulumi from "@pulumi/pulumi";
import type { ContainerArgs } from "../platform";
import { PROCESS_GROUP, parseUser } from "../user";

/** An edited healthcheck is no change to the plugin by itself. */
export const REPLACED_FOR = ["healthcheck"];

/** Sorted, so that their order is never a change. */
export function labelList(labels: Readonly<Record<string, string>>): { label: string; value: string }[] {
  return Object.entries(labels)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([label, value]) => ({ label, value }));
}

/** A container with its files, and its volume of this name; `shared` says whose namespaces it joins. */
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
    ...(container.workingDirectory === undefined ? {} : { workingDir: container.workingDirectory }),
    envs: Object.entries(container.environment)
      .map(([key, value]) => `${key}=${value}`)
      .sort(),
    // The engine unpacks them as root; 0444 lets the daemon's own user read them, and nobody else is in there.
    uploads: container.files.map(({ path, content }) => ({ file: path, content, permissions: "0444" })),
    mounts:
      volume === undefined || container.volume === undefined
        ? []
        : [{ type: "volume", source: volume, target: container.volume.mountPath }],
    ...(container.healthCommand === undefined
      ? {}
      : {
          healthcheck: {
            tests: ["CMD", ...container.healthCommand],
            interval: "30s",
            timeout: "10s",
            retries: 3,
            startPeriod: "30s",
          },
        }),
  };
}

/** What every container gets: least privilege, bounded memory and logs, a stop that waits for the process. */
export function hardened(
  container: Pick<ContainerArgs, "user" | "memoryMiB" | "graceSeconds">,
): Omit<DockerContainerArgs, "image"> {
  return {
    ...processUser(container.user),
    capabilities: { drops: ["ALL"] },
    securityOpts: ["no-new-privileges:true"],
    memory: container.memoryMiB,
    // Without it the engine sets the double and every refresh shows a change.
    memorySwap: container.memoryMiB,
    restart: "unless-stopped",
    mustRun: true,
    // The plugin's delete kills at once unless told otherwise; stopTimeout is what `docker stop` and a reboot use.
    destroyGraceSeconds: container.graceSeconds,
    stopTimeout: container.graceSeconds,
    logDriver: "json-file",
    logOpts: { "max-file": "5", "max-size": "20m" },
  };
}

/** Root's files are root's alone already. */
function processUser(text: string): Pick<DockerContainerArgs, "user" | "groupAdds"> {
  const { user, imageGroup } = parseUser(text);
  if (user === 0) return { user: text };
  return { user: `${user}:${PROCESS_GROUP}`, groupAdds: [String(imageGroup)] };
}
