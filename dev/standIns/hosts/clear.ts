import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { removeCgroups } from "./cgroups";
import { removeNetwork } from "./network";
import { cgroupOf, type Pool } from "./pool";
import { endProcesses } from "./processes";
import { run } from "./run";

/**
 * Removes all that there is of a pool: processes, mounts, the network, cgroups and files. It searches the machine for these,
 * so it also removes what a killed process has left.
 */
export async function clearPool(pool: Pool): Promise<void> {
  await endProcesses(pool);
  for (const host of await readdir(pool.folder).catch(() => []))
    await removeShimSockets(join(pool.folder, host));
  await unmountAll(pool.folder);
  await removeNetwork(pool);
  await removeCgroups(cgroupOf(pool));
  await rm(pool.folder, { recursive: true, force: true });
}

/** Unmounts everything in a folder, so that deleting the folder deletes nothing else. */
export async function unmountAll(folder: string): Promise<void> {
  const mounts = await mountsIn(folder);
  // Later mounts lie in or over earlier ones, so they go first. `--lazy` is needed because the kernel removes the
  // namespaces of ended processes a little after the processes.
  if (mounts.length > 0) await run("umount", "--lazy", ...mounts.reverse());
  const left = await mountsIn(folder);
  if (left.length > 0) throw new Error(`These paths are still mounted after umount: ${left.join(" ")}`);
}

/** Paths of the mounts in a folder, in the order of mounting. */
export async function mountsIn(folder: string): Promise<string[]> {
  const lines = (await readFile("/proc/self/mountinfo", "utf8")).split("\n");
  return lines.map((line) => line.split(" ")[4] ?? "").filter((path) => path.startsWith(`${folder}/`));
}

/** Removes the sockets of containers' shims. They are outside of the engine's folder, and a killed shim leaves its socket. */
export async function removeShimSockets(hostFolder: string): Promise<void> {
  const tasks = join(hostFolder, "run/containerd/daemon/io.containerd.runtime.v2.task/moby");
  for (const container of await readdir(tasks).catch(() => [])) {
    const address = await readFile(join(tasks, container, "address"), "utf8").catch(() => "");
    if (address.startsWith("unix:///")) await rm(address.slice("unix://".length), { force: true });
  }
}
