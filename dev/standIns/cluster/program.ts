import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isRunning, startDaemon, startOf, untilAnswers } from "../hosts/daemon";
import { run } from "../hosts/run";
import { type ClusterPool, filesOf, NODE } from "./pool";

export interface ProgramArgs {
  /** Name of the program, of its log, and of the file with its pid. */
  readonly name: string;
  /** Absolute path, or a name on PATH. */
  readonly file: string;
  readonly args: readonly string[];
  /** Whether the program is ready for work. */
  readonly answers: () => Promise<boolean>;
}

const END_SECONDS = 20;

/** A program of the node. Any process on the machine can stop it and start it again. */
export class Program {
  private readonly pidFile: string;

  constructor(
    private readonly pool: ClusterPool,
    private readonly args: ProgramArgs,
  ) {
    this.pidFile = join(filesOf(pool).pids, args.name);
  }

  /** Starts the program, unless it runs, and waits until it answers. */
  async start(): Promise<void> {
    if ((await this.pid()) !== undefined) return;
    const { name, file, args, answers } = this.args;
    const { pids, logs } = filesOf(this.pool);
    for (const folder of [pids, logs]) await mkdir(folder, { recursive: true });
    const place = { namespace: this.pool.namespace, hostname: NODE };
    const daemon = startDaemon(place, join(logs, `${name}.log`), file, args);
    await writeFile(this.pidFile, `${daemon.pid} ${startOf(daemon.pid)}`);
    await untilAnswers(`${name} of the test cluster`, daemon, answers);
  }

  /** Ends the program and waits until it is gone. Processes that it started go on. */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    const pid = await this.pid();
    if (pid !== undefined) {
      process.kill(pid, signal);
      const deadline = Date.now() + END_SECONDS * 1000;
      while (isRunning(pid)) {
        if (Date.now() > deadline) process.kill(pid, "SIGKILL");
        await sleep(20);
      }
    }
    await rm(this.pidFile, { force: true });
  }

  /** Pid of the process, if it runs. The start time is compared too, because another process may have the pid by now. */
  async pid(): Promise<number | undefined> {
    const text = await readFile(this.pidFile, "utf8").catch(() => "");
    const [pid = 0, start] = text.split(" ");
    const number = Number(pid);
    return number > 0 && start !== undefined && startOf(number) === start ? number : undefined;
  }
}

/** Runs a program in the node's network namespace and returns its output. */
export function runOnNode(pool: ClusterPool, file: string, ...args: readonly string[]): Promise<string> {
  return run("nsenter", `--net=/run/netns/${pool.namespace}`, file, ...args);
}

/** Whether a process listens on a TCP port of the node. */
export async function listens(pool: ClusterPool, port: number): Promise<boolean> {
  return (await runOnNode(pool, "ss", "-Hltn", "sport", "=", `:${port}`)) !== "";
}
