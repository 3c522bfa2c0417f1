import type { ContainerArgs as DockerContainerArgs } from "@pulumi/docker/container";
import type * as pulumi from "@pulumi/pulumi";
import { runtimeFile } from "../../runtime/runtimeFile";
import type { ContainerArgs, PublishedPort } from "../platform";
import { containerArgs } from "./container";
import { pauseName } from "./names";

/** Added to the longest grace of the containers that pause waits for, so that the engine never kills it before them. */
const MARGIN_SECONDS = 10;

const PROGRAM = "/run/dokomodo/pause.sh";

export interface PauseArgs {
  /** The workload's name, which the others find it by on the network. */
  readonly workload: string;
  readonly networkName: pulumi.Input<string>;
  /** Those of the workload; the first is the daemon. */
  readonly containers: readonly [ContainerArgs, ...ContainerArgs[]];
  readonly publishedPorts: readonly PublishedPort[];
  /** Address of the host that ports are published on. */
  readonly listen: string;
  readonly labels: DockerContainerArgs["labels"];
}

/**
 * The container that owns a workload's network namespace and PID namespace. It runs a script in the daemon's own image
 * and as the daemon's own user, which is what lets it end the daemon in order before it ends itself (runtime/pause.sh).
 * An image of its own would be one more to trust, and the pause of Kubernetes ends at once, which kills the daemon.
 */
export function pauseArgs({
  workload,
  networkName,
  containers,
  publishedPorts,
  listen,
  labels,
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
    memoryMiB: 32,
    graceSeconds: Math.max(...containers.map(({ graceSeconds }) => graceSeconds)) + MARGIN_SECONDS,
  };
  return {
    ...containerArgs(name, container, { labels }, undefined),
    hostname: workload,
    networkMode: "bridge",
    networksAdvanced: [{ name: networkName, aliases: [workload] }],
    // Sorted as the engine reads them back, or every refresh shows a change.
    ports: [...publishedPorts]
      .sort((a, b) => a.internal - b.internal)
      .map((port) => ({ ...port, ip: listen, protocol: "tcp" })),
  };
}
