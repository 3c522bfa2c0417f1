import { readdir, readFile, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { removeNetwork } from "./network";
import { cgroupOf, type Pool } from "./pool";
import { endProcesses } from "./processes";
import { run } from "./run";

/**
 * Removes all that there is of a pool: processes, mounts, the network, cgroups, files. It goes by what it finds, not by
 * what somebody remembers, so it also removes what a process that was killed has left.
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

/** Takes away every mount in a folder, so that deleting the folder deletes nothing else. */
export async function unmountAll(folder: string): Promise<void> {
  const mounts = await mountsIn(folder);
  // Later ones lie in or over earlier ones. Lazily, for the namespaces of ended processes go a little later than they.
  if (mounts.length > 0) await run("umount", "--lazy", ...mounts.reverse());
  const left = await mountsIn(folder);
  if (left.length > 0) throw new Error(`These cannot be unmounted: ${left.join(" ")}`);
}

/** Paths of what is mounted in a folder, in the order of mounting. */
export async function mountsIn(folder: string): Promise<string[]> {
  const lines = (await readFile("/proc/self/mountinfo", "utf8")).split("\n");
  return lines.map((line) => line.split(" ")[4] ?? "").filter((path) => path.startsWith(`${folder}/`));
}

/** A shim listens on a socket outside of its engine's folder; one that was killed leaves it behind. */
export async function removeShimSockets(hostFolder: string): Promise<void> {
  const tasks = join(hostFolder, "run/containerd/daemon/io.containerd.runtime.v2.task/moby");
  for (const container of await readdir(tasks).catch(() => [])) {
    const address = await readFile(join(tasks, container, "address"), "utf8").catch(() => "");
    if (address.startsWith("unix:///")) await rm(address.slice("unix://".length), { force: true });
  }
}

/** In the one hierarchy of version 2, or in each of version 1. */
async function removeCgroups(cgroup: string): Promise<void> {
  const root = "/sys/fs/cgroup";
  const hierarchies = (await readdir(root, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  const roots = [root, ...hierarchies.map(({ name }) => join(root, name))];
  for (const path of roots) await removeCgroup(join(path, cgroup));
}

async function removeCgroup(path: string): Promise<void> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) return;
  for (const entry of entries) if (entry.isDirectory()) await removeCgroup(join(path, entry.name));
  await rmdir(path);
}
