import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { namespacesOf } from "./network";
import { cgroupOf, type Pool, type TestHost } from "./pool";

interface Process {
  readonly pid: number;
  readonly command: string;
  /** Inode of its network namespace. */
  readonly network: number;
  /** The content of its /proc/PID/cgroup. */
  readonly cgroups: string;
}

type Choice = (process: Process) => boolean;

/** The pids of all that runs for a pool. */
export async function processesOf(pool: Pool): Promise<number[]> {
  return select(await choosePool(pool));
}

/** Ends all that runs for a pool, at once and without a last word. */
export async function endProcesses(pool: Pool): Promise<void> {
  await endAll(await choosePool(pool));
}

/** Ends a host's containers likewise, those too whose engine does not run. */
export async function endContainers(pool: Pool, host: TestHost): Promise<void> {
  await endAll((process) => isInCgroup(process, cgroupOf(pool, host)) || isShimOf(process, host.folder));
}

/** What is in its network namespaces, which are engines, SSH servers and what they started; and its containers. */
async function choosePool(pool: Pool): Promise<Choice> {
  const paths = (await namespacesOf(pool)).map((name) => join("/run/netns", name));
  const networks = await Promise.all(paths.map(async (path) => (await stat(path)).ino));
  return (process) => networks.includes(process.network) || isInCgroup(process, cgroupOf(pool));
}

function isInCgroup({ cgroups }: Process, cgroup: string): boolean {
  return cgroups.split("\n").some((line) => line.includes(`:${cgroup}/`));
}

/** The parent of a container's first process, which names its engine's folder. */
function isShimOf({ command }: Process, folder: string): boolean {
  const [program = "", ...args] = command.split("\0");
  return program.includes("containerd-shim") && args.some((arg) => arg.startsWith(`${folder}/`));
}

async function endAll(choice: Choice): Promise<void> {
  const deadline = Date.now() + 30_000;
  // Whoever is being ended may just have started another.
  for (let pids = await select(choice); pids.length > 0; pids = await select(choice)) {
    if (Date.now() > deadline) throw new Error(`These processes do not end: ${pids.join(" ")}`);
    for (const pid of pids) kill(pid);
    await sleep(50);
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended by itself.
  }
}

async function select(choice: Choice): Promise<number[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const processes = await Promise.all(pids.filter((pid) => pid !== process.pid).map(describe));
  return processes.flatMap((found) => (found !== undefined && choice(found) ? [found.pid] : []));
}

/** Nothing about a process that has ended, whether or not its parent has asked about it. */
async function describe(pid: number): Promise<Process | undefined> {
  const folder = join("/proc", String(pid));
  try {
    return {
      pid,
      command: await readFile(join(folder, "cmdline"), "utf8"),
      network: (await stat(join(folder, "ns", "net"))).ino,
      cgroups: await readFile(join(folder, "cgroup"), "utf8"),
    };
  } catch {
    return undefined;
  }
}
