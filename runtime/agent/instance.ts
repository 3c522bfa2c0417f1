import { readlinkSync } from "node:fs";
import type { BootClock } from "../bootClock";

/**
 * What tells this instance from every other that lives: the kernel's boot and the network namespace, which outlive
 * restarts of the agent and of Iguana. A number of a namespace comes back only after all of its processes are gone.
 */
export function instanceId({ bootId }: BootClock): string {
  return `${bootId}/${readlinkSync("/proc/self/ns/net")}`;
}
