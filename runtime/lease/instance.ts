import { readlinkSync } from "node:fs";
import type { BootClock } from "../bootClock";

/**
 * What tells this instance from every other that lives: the kernel's boot and the network namespace, which outlive
 * restarts of the agent and of Iguana, in a pod as in containers that join pause's. A number of a namespace comes back,
 * soon and also for another pod of the key, but only after all processes in it are gone. No workload has its host's
 * network, where this would tell none apart.
 */
export function instanceId({ bootId }: BootClock): string {
  return `${bootId}/${readlinkSync("/proc/self/ns/net")}`;
}
