import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import Docker from "dockerode";
import { isRunning, type Place, startDaemon, untilAnswers, untilGone } from "./daemon";
import { run } from "./run";

export interface EngineArgs extends Place {
  /** Folder of its files. */
  readonly folder: string;
  /** Parent of its containers' cgroups. */
  readonly cgroup: string;
  /** Provides the programs. It is called at each start. */
  readonly programs: () => Promise<EnginePrograms>;
  /** Further flags of dockerd. */
  readonly flags?: readonly string[];
}

/** The programs of a Docker Engine. containerd, runc and docker-init are always the machine's own. */
export interface EnginePrograms {
  /** Absolute path, or a name on PATH. */
  readonly dockerd: string;
  /** Absolute path of docker-proxy. When absent, dockerd finds it on PATH. */
  readonly proxy?: string;
}

/** The machine's own Docker Engine. */
export async function machinePrograms(): Promise<EnginePrograms> {
  return { dockerd: "dockerd" };
}

/** A Docker Engine beside the machine's own. The two share only the kernel and the programs. */
export class TestEngine {
  readonly socket: string;
  readonly dataRoot: string;
  private readonly pidFile: string;
  private readonly containerdPidFile: string;

  constructor(private readonly args: EngineArgs) {
    this.socket = join(args.folder, "docker.sock");
    this.dataRoot = join(args.folder, "data");
    this.pidFile = join(args.folder, "dockerd.pid");
    this.containerdPidFile = join(args.folder, "run/containerd/containerd.pid");
  }

  /**
   * Starts the engine, unless it runs, and waits until it answers.
   * @param flags further flags of dockerd for this start
   */
  async start(flags: readonly string[] = []): Promise<void> {
    if ((await this.pid()) !== undefined) return;
    const { folder } = this.args;
    const programs = await this.args.programs();
    const { dockerd, proxy } = programs;
    await mkdir(folder, { recursive: true });
    // A killed engine leaves these files. dockerd does not start while the pid in them is that of a zombie.
    for (const path of [this.pidFile, this.containerdPidFile, this.socket]) await rm(path, { force: true });
    const daemon = startDaemon(this.args, join(folder, "dockerd.log"), dockerd, [
      ...["--config-file", await this.writeConfig(programs)],
      ...["--data-root", this.dataRoot, "--exec-root", join(folder, "run"), "--pidfile", this.pidFile],
      ...["--host", `unix://${this.socket}`, "--storage-driver", "overlay2"],
      ...["--cgroup-parent", this.args.cgroup, "--exec-opt", "native.cgroupdriver=cgroupfs"],
      ...(proxy === undefined ? [] : ["--userland-proxy-path", proxy]),
      ...(this.args.flags ?? []),
      ...flags,
    ]);
    await untilAnswers(`The Docker Engine of ${this.args.hostname}`, daemon, () => this.answers());
  }

  /** Stops the engine as `systemctl stop docker` does. Its containers get their stop timeouts. */
  async stop(): Promise<void> {
    await this.end("SIGTERM");
  }

  /** Kills the engine. Its containers go on until it starts again. */
  async kill(): Promise<void> {
    await this.end("SIGKILL");
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const pid = await this.pid();
    if (pid === undefined) return;
    const containerd = await readPid(this.containerdPidFile);
    process.kill(pid, signal);
    await untilGone(pid);
    // containerd ends whenever the engine ends.
    if (containerd !== undefined) await untilGone(containerd);
  }

  /** Pid of the process, if it runs and is this engine. Another process may have the pid by now. */
  private async pid(): Promise<number | undefined> {
    const pid = await readPid(this.pidFile);
    if (pid === undefined || !isRunning(pid)) return undefined;
    const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    return command.split("\0").includes(this.pidFile) ? pid : undefined;
  }

  private async answers(): Promise<boolean> {
    return new Docker({ socketPath: this.socket, timeout: 5000 }).ping().then(
      () => true,
      () => false,
    );
  }

  /** Writes a config file, so that dockerd does not read /etc/docker/daemon.json, which is for the machine's own engine. */
  private async writeConfig(programs: EnginePrograms): Promise<string> {
    const path = join(this.args.folder, "daemon.json");
    // Before version 23 an engine's id comes from the key in this file. By default all engines of a machine share the file.
    const key = join(this.args.folder, "key.json");
    const config = (await engineVersion(programs)) < 23 ? { "deprecated-key-path": key } : {};
    await writeFile(path, JSON.stringify(config));
    return path;
  }
}

async function readPid(file: string): Promise<number | undefined> {
  return Number(await readFile(file, "utf8").catch(() => "")) || undefined;
}

/** The first number of dockerd's version. */
async function engineVersion({ dockerd }: EnginePrograms): Promise<number> {
  const said = await run(dockerd, "--version");
  return Number(/version (\d+)/.exec(said)?.[1] ?? 0);
}
