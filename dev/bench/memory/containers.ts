import { readdir, readFile } from "node:fs/promises";
import Docker from "dockerode";
import { z } from "zod";

/** What a running container takes of its machine's memory, in bytes. */
export interface ContainerMemory {
  readonly name: string;
  /** What its processes have for themselves: `rss` of its cgroup's memory.stat, in version 2 `anon`. */
  readonly own: number;
  /** What `docker stats` tells: also the kernel's part, and pages of files that it was the first to read. */
  readonly told: number;
  /** The own part of the engine's process that stands over it, which is outside of its cgroup. */
  readonly shim: number;
}

const stats = z.object({
  memory_stats: z.object({
    usage: z.number(),
    stats: z.union([
      z.object({ total_rss: z.number(), total_inactive_file: z.number() }),
      z.object({ anon: z.number(), inactive_file: z.number() }),
    ]),
  }),
});

/** Every running container whose name begins so, on one engine. */
export async function memoryOfContainers(socketPath: string, prefix: string): Promise<ContainerMemory[]> {
  const docker = new Docker({ socketPath });
  const containers = await docker.listContainers({ filters: { name: [`^/${prefix}`] } });
  const shims = await shimMemory();
  const measured: ContainerMemory[] = [];
  for (const { Id, Names } of containers) {
    const answer: unknown = await docker.getContainer(Id).stats({ stream: false, "one-shot": true });
    const { usage, stats: parts } = stats.parse(answer).memory_stats;
    const [own, inactive] =
      "anon" in parts ? [parts.anon, parts.inactive_file] : [parts.total_rss, parts.total_inactive_file];
    const name = Names[0]?.slice(1) ?? "";
    measured.push({ name, own, told: usage - inactive, shim: shims.get(Id) ?? 0 });
  }
  return measured;
}

/** RssAnon of proc_pid_status(5) of each of containerd's shims, by the id of its container. */
async function shimMemory(): Promise<Map<string, number>> {
  const shims = new Map<string, number>();
  for (const pid of await readdir("/proc")) {
    if (!/^\d+$/.test(pid)) continue;
    const words = (await read(`/proc/${pid}/cmdline`)).split("\0");
    const id = words[words.indexOf("-id") + 1];
    if (!words[0]?.includes("containerd-shim") || id === undefined) continue;
    const anonymous = /^RssAnon:\s*(\d+) kB$/m.exec(await read(`/proc/${pid}/status`))?.[1];
    shims.set(id, Number(anonymous ?? 0) * 1024);
  }
  return shims;
}

/** A process may end while it is looked at. */
function read(path: string): Promise<string> {
  return readFile(path, "utf8").catch(() => "");
}
