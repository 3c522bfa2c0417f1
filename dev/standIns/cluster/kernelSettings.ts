import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import type { ClusterPool } from "./pool";

/** Settings under /proc/sys that a kubelet changes for the whole machine (see its option protectKernelDefaults). */
const SETTINGS = [
  "kernel/keys/root_maxbytes",
  "kernel/keys/root_maxkeys",
  "kernel/panic",
  "kernel/panic_on_oops",
  "vm/overcommit_memory",
  "vm/panic_on_oom",
];
const schema = z.record(z.string(), z.string());

/** Saves the machine's settings before its first cluster starts. A saved file is never overwritten. */
export async function keepKernelSettings(pool: ClusterPool): Promise<void> {
  const values = await Promise.all(
    SETTINGS.map(async (name) => [name, await readFile(pathOf(name), "utf8")]),
  );
  await mkdir(dirname(fileOf(pool)), { recursive: true });
  await writeFile(fileOf(pool), JSON.stringify(Object.fromEntries(values)), { flag: "wx" }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    },
  );
}

/** Restores the machine's settings after its last cluster has ended. */
export async function restoreKernelSettings(pool: ClusterPool): Promise<void> {
  const file = fileOf(pool);
  const others = (await readdir(dirname(file)).catch(() => [])).filter((name) => /^\d+$/.test(name));
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (others.length > 0 || text === undefined) return;
  for (const [name, value] of Object.entries(schema.parse(JSON.parse(text)))) {
    if (SETTINGS.includes(name)) await writeFile(pathOf(name), value);
  }
  await rm(file);
}

/** The saved settings lie beside the clusters' folders, because all clusters share them. */
function fileOf({ folder }: ClusterPool): string {
  return join(dirname(folder), "kernel.json");
}

function pathOf(name: string): string {
  return join("/proc/sys", name);
}
