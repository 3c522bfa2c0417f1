import { readlinkSync } from "node:fs";
import type { BootClock } from "../bootClock";

/**
 * Identifies this instance among all that run: the kernel's boot and the network namespace. Both stay the same when the
 * agent or Iguana starts again, in a pod as in containers that join the network of a pause container.
 *
 * The kernel uses a namespace's number again, also for another pod of the same key, but only after all processes in the
 * namespace are gone. No workload uses its host's network, where all instances would have the same identity.
 */
export function instanceId({ bootId }: BootClock): string {
  return `${bootId}/${readlinkSync("/proc/self/ns/net")}`;
}
