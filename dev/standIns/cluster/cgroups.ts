import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { exists } from "../../toolchain/cache";
import { cgroupOf, type Pool } from "../hosts/pool";

const ROOT = "/sys/fs/cgroup";

/** Makes the cgroup that contains all pods of a cluster. A kubelet does not start without it. */
export async function createCgroups(pool: Pool): Promise<void> {
  for (const root of await hierarchies()) await mkdir(join(root, cgroupOf(pool)), { recursive: true });
}

/** The roots of the cgroup hierarchies: one in version 2, one for each controller in version 1. */
async function hierarchies(): Promise<string[]> {
  const controllers = join(ROOT, "cgroup.controllers");
  if (!(await exists(controllers))) {
    const entries = await readdir(ROOT, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(ROOT, name));
  }
  const wanted = ["cpu", "cpuset", "memory", "pids"].map((name) => `+${name}`).join(" ");
  await writeFile(join(ROOT, "cgroup.subtree_control"), wanted);
  return [ROOT];
}
