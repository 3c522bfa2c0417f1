import type { ContainerArgs as DockerContainerArgs } from "@pulumi/docker/container";
import type * as pulumi from "@pulumi/pulumi";
import { runtimeFile } from "../../runtime/runtimeFile";
import type { ContainerArgs, PublishedPort } from "../platform";
import { containerArgs } from "./container";
import { PAUSE_MEMORY_MIB } from "./memory";
import { pauseName } from "./names";

/**
 * Seconds on top of the longest grace of the containers that pause waits for, so that it is never killed before them.
 */
const MARGIN_SECONDS = 10;

const PROGRAM = "/run/dokomodo/pause.sh";

export interface PauseArgs {
  /** The workload's name, by which others find it on the network. */
  readonly workload: string;
  readonly networkName: pulumi.Input<string>;
  /** The containers of the workload. The first is the one that it exists for. */
  readonly containers: readonly [ContainerArgs, ...ContainerArgs[]];
  readonly publishedPorts: readonly PublishedPort[];
  /** Address of the host that ports are published on. */
  readonly listen: string;
  readonly labels: DockerContainerArgs["labels"];
  /** Name of the first container's own volume; absent if it has none. */
  readonly volume?: pulumi.Input<string> | undefined;
}

/**
 * Where pause mounts the volume of the first container. Pause does nothing with it. But a new volume takes over the
 * directory that it is mounted on first, and every image has /tmp, where every user may write
 * (docs/internals/engines.md, a new volume). So the daemon may write to its volume, even if its image neither has the
 * daemon's home nor knows its user.
 */
const VOLUME = { mountPath: "/tmp" };

/**
 * The arguments of the container that owns a workload's network namespace and PID namespace. If its process ends, the
 * kernel kills all others of the PID namespace (docs/internals/engines.md, the first process of a PID namespace). So it
 * runs a script that ends after the daemon (runtime/pause.sh); the pause of Kubernetes ends at once. It has the
 * daemon's user, because only that user may signal the daemon. It has the daemon's image, because another one would be
 * one more to trust.
 */
export function pauseArgs({
  workload,
  networkName,
  containers,
  publishedPorts,
  listen,
  labels,
  volume,
}: PauseArgs): DockerContainerArgs {
  const [{ image, user }] = containers;
  const name = pauseName(workload);
  const container: ContainerArgs = {
    role: "pause",
    image,
    command: ["/bin/sh", PROGRAM],
    user,
    environment: {},
    files: [{ path: PROGRAM, content: runtimeFile("pause.sh") }],
    memoryMiB: PAUSE_MEMORY_MIB,
    volume: VOLUME,
    graceSeconds: Math.max(...containers.map(({ graceSeconds }) => graceSeconds)) + MARGIN_SECONDS,
  };
  return {
    ...containerArgs(name, container, { labels }, volume),
    hostname: workload,
    networkMode: "bridge",
    networksAdvanced: [{ name: networkName, aliases: [workload] }],
    // Ports are sorted as the provider reads them back, or every refresh would show a change
    // (docs/internals/pulumi.md, lists that are read back sorted).
    ports: [...publishedPorts]
      .sort((a, b) => a.internal - b.internal)
      .map((port) => ({ ...port, ip: listen, protocol: "tcp" })),
  };
}
