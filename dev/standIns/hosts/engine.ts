import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import Docker from "dockerode";
import { isRunning, type Place, startDaemon, untilAnswers, untilGone } from "./daemon";
import { run } from "./run";

export interface EngineArgs extends Place {
  /** For its files. */
  readonly folder: string;
  /** What its containers' cgroups are under. */
  readonly cgroup: string;
  /** Asked for at each start. */
  readonly programs: () => Promise<EnginePrograms>;
  /** More flags of dockerd. */
  readonly flags?: readonly string[];
}

/** What a Docker Engine consists of. containerd, runc and docker-init are the machine's. */
export interface EnginePrograms {
  /** Absolute path, or a name on the path. */
  readonly dockerd: string;
  /** Absolute path of docker-proxy; left out, dockerd finds it on the path. */
  readonly proxy?: string;
}

/** What the machine has. */
export async function machinePrograms(): Promise<EnginePrograms> {
  return { dockerd: "dockerd" };
}

/** A Docker Engine beside the machine's own, which shares nothing with that but the kernel. */
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

  /** Starts it, unless it runs, and waits until it answers. `flags`: more of dockerd's, this time. */
  async start(flags: readonly string[] = []): Promise<void> {
    if ((await this.pid()) !== undefined) return;
    const { folder } = this.args;
    const programs = await this.args.programs();
    const { dockerd, proxy } = programs;
    await mkdir(folder, { recursive: true });
    // One that was killed left these behind; dockerd takes a pid for that of a running process even when the process
    // has ended and nobody has asked about it yet.
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

  /** Stops it as `systemctl stop docker` does, which gives its containers the time that they ask for. */
  async stop(): Promise<void> {
    await this.end("SIGTERM");
  }

  /** Its containers go on without it, until it starts again. */
  async kill(): Promise<void> {
    await this.end("SIGKILL");
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const pid = await this.pid();
    if (pid === undefined) return;
    const containerd = await readPid(this.containerdPidFile);
    process.kill(pid, signal);
    await untilGone(pid);
    // It goes with the engine, whichever way that does.
    if (containerd !== undefined) await untilGone(containerd);
  }

  /** Of the process, if it runs and is this engine's. */
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

  /** An own file, because the machine's /etc/docker/daemon.json is for the machine's engine. */
  private async writeConfig(programs: EnginePrograms): Promise<string> {
    const path = join(this.args.folder, "daemon.json");
    // Before version 23 an engine's id comes of the key in this file, by default one for all engines of a machine.
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
