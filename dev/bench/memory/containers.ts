import { readdir, readFile } from "node:fs/promises";
import Docker from "dockerode";
import { z } from "zod";

/** How much memory a running container takes, in bytes. */
export interface ContainerMemory {
  readonly name: string;
  /** Memory that its processes have for themselves: `rss` in its cgroup's memory.stat, or `anon` in cgroup version 2. */
  readonly own: number;
  /** What `docker stats` shows. This includes the kernel's part, and pages of files that this container read first. */
  readonly told: number;
  /** Own memory of the container's containerd-shim. The shim is a process of the engine, outside the container's cgroup. */
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

/** Measures every running container of one engine whose name begins with a prefix. */
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

/** RssAnon (proc_pid_status(5)) of each containerd-shim, in bytes, keyed by the id of its container. */
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

/** Reads a file of /proc. The result is empty when the process has ended in the meantime. */
function read(path: string): Promise<string> {
  return readFile(path, "utf8").catch(() => "");
}
