import { readdir, readFile } from "node:fs/promises";
import { basename } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const INTERVAL_MILLISECONDS = 250;

/** Memory of all of Pulumi's resource plugins at one moment. */
export interface PluginMemory {
  readonly processes: number;
  /** Sum of the KiB that each process has for itself (RssAnon in proc_pid_status(5)). Shared pages are not counted. */
  readonly kibibytes: number;
}

/** Watches the plugins that `run` starts below this process, and returns their peak number and memory. */
export async function peakPluginMemory(run: () => Promise<unknown>): Promise<PluginMemory> {
  let running = true;
  let peak: PluginMemory = { processes: 0, kibibytes: 0 };
  const watch = async () => {
    while (running) {
      const now = await pluginMemory();
      peak = {
        processes: Math.max(peak.processes, now.processes),
        kibibytes: Math.max(peak.kibibytes, now.kibibytes),
      };
      await sleep(INTERVAL_MILLISECONDS);
    }
  };
  const watched = watch();
  try {
    await run();
  } finally {
    running = false;
    await watched;
  }
  return peak;
}

async function pluginMemory(): Promise<PluginMemory> {
  const sizes = await Promise.all((await descendants(process.pid)).map(pluginKibibytes));
  const plugins = sizes.filter((size) => size !== undefined);
  return { processes: plugins.length, kibibytes: plugins.reduce((sum, size) => sum + size, 0) };
}

async function descendants(pid: number): Promise<number[]> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  // The kernel lists a child under the thread that started it, so all threads are asked.
  const lists = threads.map((thread) => read(`/proc/${pid}/task/${thread}/children`));
  const children = (await Promise.all(lists)).flatMap((list) => list.split(" ").filter(Boolean).map(Number));
  return [...children, ...(await Promise.all(children.map(descendants))).flat()];
}

/** Undefined when the process is no plugin, or has ended. */
async function pluginKibibytes(pid: number): Promise<number | undefined> {
  const command = (await read(`/proc/${pid}/cmdline`)).split("\0");
  if (!command.some((word) => basename(word).startsWith("pulumi-resource-"))) return undefined;
  const anonymous = /^RssAnon:\s*(\d+) kB$/m.exec(await read(`/proc/${pid}/status`))?.[1];
  return anonymous === undefined ? undefined : Number(anonymous);
}

/** Reads a file of /proc. The result is empty when the process has ended in the meantime. */
function read(path: string): Promise<string> {
  return readFile(path, "utf8").catch(() => "");
}
