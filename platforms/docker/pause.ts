import type { ContainerArgs as DockerContainerArgs } from "@pulumi/docker/container";
import type * as pulumi from "@pulumi/pulumi";
import { runtimeFile } from "../../runtime/runtimeFile";
import type { ContainerArgs, PublishedPort } from "../platform";
import { containerArgs } from "./container";
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
}

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
    // Ports are sorted as the provider reads them back, or every refresh would show a change
    // (docs/internals/pulumi.md, lists that are read back sorted).
    ports: [...publishedPorts]
      .sort((a, b) => a.internal - b.internal)
      .map((port) => ({ ...port, ip: listen, protocol: "tcp" })),
  };
}
