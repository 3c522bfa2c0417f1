import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { thaw } from "./cgroups";
import { namespacesOf } from "./network";
import { cgroupOf, type Pool, type TestHost } from "./pool";

interface Process {
  readonly pid: number;
  readonly command: string;
  /** Inode of its network namespace. */
  readonly network: number;
  /** Content of /proc/PID/cgroup. */
  readonly cgroups: string;
}

type Choice = (process: Process) => boolean;

/** Pids of all processes that run for a pool. */
export async function processesOf(pool: Pool): Promise<number[]> {
  return select(await choosePool(pool));
}

/** Kills all processes that run for a pool. */
export async function endProcesses(pool: Pool): Promise<void> {
  await endAll(cgroupOf(pool), await choosePool(pool));
}

/** Kills a host's containers, even when their engine does not run. */
export async function endContainers(pool: Pool, host: TestHost): Promise<void> {
  const cgroup = cgroupOf(pool, host);
  await endAll(cgroup, (process) => isInCgroup(process, cgroup) || isShimOf(process, host.folder));
}

/** Chooses the processes in the pool's network namespaces (engines, SSH servers and their children) and in its containers. */
async function choosePool(pool: Pool): Promise<Choice> {
  const paths = (await namespacesOf(pool)).map((name) => join("/run/netns", name));
  const networks = await Promise.all(paths.map(async (path) => (await stat(path)).ino));
  return (process) => networks.includes(process.network) || isInCgroup(process, cgroupOf(pool));
}

function isInCgroup({ cgroups }: Process, cgroup: string): boolean {
  return cgroups.split("\n").some((line) => line.includes(`:${cgroup}/`));
}

/** Whether the process is the shim of a container of this engine. A shim's arguments name its engine's folder. */
function isShimOf({ command }: Process, folder: string): boolean {
  const [program = "", ...args] = command.split("\0");
  return program.includes("containerd-shim") && args.some((arg) => arg.startsWith(`${folder}/`));
}

/** @param cgroup the cgroup of the containers among them */
async function endAll(cgroup: string, choice: Choice): Promise<void> {
  const deadline = Date.now() + 30_000;
  // A process may start another one just before it is killed, or freeze one, so this is repeated until none is left.
  for (let pids = await select(choice); pids.length > 0; pids = await select(choice)) {
    if (Date.now() > deadline)
      throw new Error(`These processes still run 30 s after SIGKILL: ${pids.join(" ")}`);
    await thaw(cgroup);
    for (const pid of pids) kill(pid);
    await sleep(50);
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // The process has ended by itself.
  }
}

async function select(choice: Choice): Promise<number[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const processes = await Promise.all(pids.filter((pid) => pid !== process.pid).map(describe));
  return processes.flatMap((found) => (found !== undefined && choice(found) ? [found.pid] : []));
}

/** Undefined for a process that has ended, even when it is still a zombie. */
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
