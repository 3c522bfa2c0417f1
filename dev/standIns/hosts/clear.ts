import { readdir, readFile, rm, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { removeNetwork } from "./network";
import { cgroupOf, type Pool } from "./pool";
import { endProcesses } from "./processes";
import { run } from "./run";

/**
 * Removes all that there is of a pool: processes, mounts, the network, cgroups and files. It searches the machine for these,
 * so it also removes what a killed process has left.
 */
export async function clearPool(pool: Pool): Promise<void> {
  await thaw(cgroupOf(pool));
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

/**
 * Lets frozen processes go on, because they could not end otherwise. runc freezes a container for a moment to kill all of
 * its processes, and may have been killed in that moment.
 */
async function thaw(cgroup: string): Promise<void> {
  for (const path of await hierarchiesOf(cgroup)) {
    for (const entry of await readdir(path, { recursive: true }).catch(() => [])) {
      if (entry.endsWith("/freezer.state")) await writeUnlessGone(join(path, entry), "THAWED");
      if (entry.endsWith("/cgroup.freeze")) await writeUnlessGone(join(path, entry), "0");
    }
  }
}

/** A container may end, and its cgroup with it, after the folder was listed. The kernel reports it in one of two ways. */
async function writeUnlessGone(path: string, text: string): Promise<void> {
  await writeFile(path, text).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT" && error.code !== "ENODEV") throw error;
  });
}

/** Removes a cgroup from the one hierarchy of version 2, or from each hierarchy of version 1. */
async function removeCgroups(cgroup: string): Promise<void> {
  for (const path of await hierarchiesOf(cgroup)) await removeCgroup(path);
}

/** Where a cgroup may be: in the one hierarchy of version 2, or in each hierarchy of version 1. */
async function hierarchiesOf(cgroup: string): Promise<string[]> {
  const root = "/sys/fs/cgroup";
  const hierarchies = (await readdir(root, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  return [root, ...hierarchies.map(({ name }) => join(root, name))].map((path) => join(path, cgroup));
}

async function removeCgroup(path: string): Promise<void> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) return;
  for (const entry of entries) if (entry.isDirectory()) await removeCgroup(join(path, entry.name));
  await rmdir(path);
}
