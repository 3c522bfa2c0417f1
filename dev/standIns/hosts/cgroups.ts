import { readdir, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * Lets frozen processes go on, because they could not end otherwise. runc freezes a container for a moment to kill all of
 * its processes, and may have been killed in that moment.
 */
export async function thaw(cgroup: string): Promise<void> {
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
export async function removeCgroups(cgroup: string): Promise<void> {
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
