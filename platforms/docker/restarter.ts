import { Container } from "@pulumi/docker/container";
import type * as pulumi from "@pulumi/pulumi";
import { runtimeFile } from "../../runtime/runtimeFile";
import type { ContainerArgs } from "../platform";
import { containerArgs, labelList, REPLACED_FOR } from "./container";
import { RESTARTER_MEMORY_MIB } from "./memory";
import { NETWORK_LABEL, restarterName } from "./names";

export interface RestarterArgs {
  readonly network: string;
  /** Image with Node 18 or newer. */
  readonly image: pulumi.Input<string>;
  /** Path of the engine's socket on the host itself. */
  readonly socket: string;
  readonly labels: Readonly<Record<string, string>>;
}

const PROGRAM = "/run/dokomodo/restarter.cjs";

/**
 * Makes the restarter of a network on one host. It starts the containers that Docker gives up after a reboot, or after
 * a pause container was killed (docs/internals/workloads.md, what Docker gives up).
 */
export function createRestarter(
  logicalName: string,
  { network, image, socket, labels }: RestarterArgs,
  opts: pulumi.CustomResourceOptions,
): Container {
  const container: ContainerArgs = {
    role: "restarter",
    image,
    command: ["node", PROGRAM, socket, `${NETWORK_LABEL}=${network}`],
    // The restarter runs as root, which owns the engine's socket. It has nothing else: no network and no capability.
    user: "0:0",
    environment: {},
    files: [{ path: PROGRAM, content: runtimeFile("restarter.cjs") }],
    memoryMiB: RESTARTER_MEMORY_MIB,
    graceSeconds: 10,
    healthCommand: ["node", PROGRAM, "healthz"],
  };
  const shared = { networkMode: "none", labels: labelList(labels) };
  return new Container(
    logicalName,
    {
      ...containerArgs(restarterName(network), container, shared, undefined),
      mounts: [{ type: "bind", source: socket, target: socket }],
    },
    { ...opts, replaceOnChanges: REPLACED_FOR },
  );
}
