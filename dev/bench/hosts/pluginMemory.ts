import { readdir, readFile } from "node:fs/promises";
import { basename } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const INTERVAL_MILLISECONDS = 250;

/** Memory of Pulumi's resource plugins, all at the same moment. */
export interface PluginMemory {
  readonly processes: number;
  /** KiB that each has for itself (RssAnon of proc_pid_status(5)), summed up; their programs' pages are shared. */
  readonly kibibytes: number;
}

/** Looks at the plugins that a run starts below this process; what they had when they had most. */
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
  // A child belongs to the thread that started it.
  const lists = threads.map((thread) => read(`/proc/${pid}/task/${thread}/children`));
  const children = (await Promise.all(lists)).flatMap((list) => list.split(" ").filter(Boolean).map(Number));
  return [...children, ...(await Promise.all(children.map(descendants))).flat()];
}

/** Undefined for a process that is no plugin, or has ended. */
async function pluginKibibytes(pid: number): Promise<number | undefined> {
  const command = (await read(`/proc/${pid}/cmdline`)).split("\0");
  if (!command.some((word) => basename(word).startsWith("pulumi-resource-"))) return undefined;
  const anonymous = /^RssAnon:\s*(\d+) kB$/m.exec(await read(`/proc/${pid}/status`))?.[1];
  return anonymous === undefined ? undefined : Number(anonymous);
}

/** A process may end while it is looked at. */
function read(path: string): Promise<string> {
  return readFile(path, "utf8").catch(() => "");
}
