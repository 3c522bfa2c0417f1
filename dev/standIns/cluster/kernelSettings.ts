import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import type { ClusterPool } from "./pool";

/** Under /proc/sys: those of the whole machine that every kubelet sets (its option protectKernelDefaults). */
const SETTINGS = [
  "kernel/keys/root_maxbytes",
  "kernel/keys/root_maxkeys",
  "kernel/panic",
  "kernel/panic_on_oops",
  "vm/overcommit_memory",
  "vm/panic_on_oom",
];
const schema = z.record(z.string(), z.string());

/** Notes what the machine has, before its first cluster. */
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

/** Puts back what the machine had, after its last cluster. */
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

/** Beside the clusters' folders. */
function fileOf({ folder }: ClusterPool): string {
  return join(dirname(folder), "kernel.json");
}

function pathOf(name: string): string {
  return join("/proc/sys", name);
}
