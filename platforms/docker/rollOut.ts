import { setTimeout as sleep } from "node:timers/promises";
import type { Container } from "@pulumi/docker/container";
import * as pulumi from "@pulumi/pulumi";
import type Docker from "dockerode";
import { holdIn } from "../entrypointLog";
import { listensCommand } from "../listening";
import type { RollOut } from "../RollOut";
import type { DockerConnection } from "./connection";
import { EngineRefusal } from "./engineApi";
import { explainEngine } from "./engineFailure";
import { pauseName } from "./names";

/** What a stack has on a host before anything is registered. */
export interface RunningHost {
  readonly connection: DockerConnection;
  /** Ids of the stack's containers, keyed by name. Containers that do not run are among them. */
  readonly containers: ReadonlyMap<string, string>;
  /** Names of those that somebody stopped. */
  readonly stopped: ReadonlySet<string>;
}

/** A workload on a Docker host. */
export interface DockerWorkload {
  readonly host: string;
  /** Name of its first container. */
  readonly name: string;
  /** Loopback port on which it takes calls; absent if it takes none. */
  readonly port?: number | undefined;
}

/**
 * Lists the containers with this label, such as `dokomodo.stack=east`, on a host. Throws a message for the operator if
 * it cannot.
 */
export async function readRunning(connection: DockerConnection, label: string): Promise<RunningHost> {
  const { engine, endpoint } = connection;
  const listed = await engine
    .listContainers({ all: true, filters: { label: [label] } })
    .catch((error: unknown) => {
      throw new pulumi.RunError(
        `host ${endpoint.name} (${endpoint.docker}): its containers cannot be listed: ` +
          `${explainEngine(error, endpoint)} Nothing was changed. Run pulumi up again when this is mended.`,
      );
    });
  const containers = listed.flatMap(({ Id, Names, State }) =>
    Names.map((name) => ({ name: name.replace(/^\//, ""), id: Id, isStopped: State === "exited" })),
  );
  return {
    connection,
    containers: new Map(containers.map(({ name, id }) => [name, id])),
    stopped: new Set(containers.flatMap(({ name, isStopped }) => (isStopped ? [name] : []))),
  };
}

/**
 * Lets a roll-out replace the workloads of Docker hosts. A new workload is made at once, since nothing is replaced for
 * it.
 */
export class DockerRollOut {
  constructor(
    private readonly rollOut: RollOut,
    /** Keyed by the host's name. */
    private readonly hosts: ReadonlyMap<string, RunningHost>,
    /** Seconds that a replaced workload may need until it takes calls. */
    private readonly seconds: number,
  ) {}

  /** Makes the workload's containers when its turn comes. */
  run({ host, name, port }: DockerWorkload, make: () => readonly Container[]): void {
    const running = this.hosts.get(host);
    if (running?.containers.has(name) !== true) {
      make();
      return;
    }
    this.rollOut.add({
      name,
      register: async () => {
        const pause = await startPause(running, name);
        const made = make().map((container) => pulumi.all([container.name, container.id]));
        const ids = await new Promise<[string, string][]>((resolve) => pulumi.all(made).apply(resolve));
        const kept = ids.filter(([container, id]) => running.containers.get(container) === id);
        const isReplaced = kept.length < ids.length;
        const stopped = kept.filter(([container]) => running.stopped.has(container));
        if (isReplaced) await startAll(running, stopped);
        else if (pause !== undefined) await stopAgain(running, name, pause);
        return isReplaced;
      },
      untilAnswers: () =>
        unlessSilent(running.connection, reasonOfSilence(running.connection, name, port, this.seconds)),
      staysUp: (seconds) =>
        unlessSilent(running.connection, reasonOfEnd(running.connection, name, port, seconds)),
    });
  }
}

/**
 * Starts the pause of a workload that somebody stopped, because a container that is replaced can only join a pause that
 * runs. Returns the pause if it was started.
 */
async function startPause(
  { connection, stopped }: RunningHost,
  workload: string,
): Promise<Docker.Container | undefined> {
  const name = pauseName(workload);
  if (!stopped.has(name)) return undefined;
  const pause = connection.engine.getContainer(name);
  await startOne(connection, name);
  return pause;
}

/** Starts what was stopped of a workload of which another part was replaced. */
async function startAll(
  { connection }: RunningHost,
  stopped: readonly (readonly [name: string, id: string])[],
): Promise<void> {
  await Promise.all(stopped.map(([name]) => startOne(connection, name)));
}

/** Stops pause again if nothing was replaced. With `--refresh` the provider has started the workload, which goes on then. */
async function stopAgain(
  { connection: { engine } }: RunningHost,
  workload: string,
  pause: Docker.Container,
): Promise<void> {
  if (!(await engine.getContainer(workload).inspect()).State.Running) await pause.stop();
}

async function startOne({ engine, endpoint }: DockerConnection, name: string): Promise<void> {
  await engine
    .getContainer(name)
    .start()
    .catch((error: unknown) => {
      if (error instanceof EngineRefusal && error.status === 304) return;
      const why = `${name} was stopped and cannot be started. Host ${endpoint.name}: ${explainEngine(error, endpoint)}`;
      // The caller ends the sentence.
      throw new Error(why.replace(/\.$/, ""));
    });
}

const POLL_MILLISECONDS = 500;
/** A workload without a port counts as started once its process has lived for so long. */
const ALIVE_MILLISECONDS = 5000;
/** Between two looks at a container that is watched. */
const WATCH_MILLISECONDS = 2000;
/** A command that looks for the port may fail on a busy host. After so long without success the port counts as closed. */
const SILENCE_MILLISECONDS = 10_000;
/** A process that has ended this often is expected to end again. */
const ENDS = 4;

/** Throws why a container's process takes no calls, or why that cannot be seen. Its reason is undefined if it does. */
async function unlessSilent(
  { endpoint }: DockerConnection,
  reason: Promise<string | undefined>,
): Promise<void> {
  const why = await reason.catch(
    (error: unknown) =>
      `dokomodo cannot see whether it takes calls. Host ${endpoint.name}: ${explainEngine(error, endpoint)}`,
  );
  // The caller ends the sentence.
  if (why !== undefined) throw new Error(why.replace(/\.$/, ""));
}

/** Waits until a container's process takes calls. Returns why it does not; undefined when it does. */
async function reasonOfSilence(
  { engine }: DockerConnection,
  name: string,
  port: number | undefined,
  seconds: number,
): Promise<string | undefined> {
  const container = engine.getContainer(name);
  const deadline = Date.now() + seconds * 1000;
  for (; Date.now() < deadline; await sleep(POLL_MILLISECONDS)) {
    const { RestartCount, State } = await container.inspect();
    // The engine sets the exit code back to 0 when it starts the process again (docs/internals/engines.md, the exit code).
    const hasEnded = State.Restarting || !State.Running;
    if (RestartCount >= ENDS && hasEnded) {
      return `it ended ${RestartCount} times, last with ${State.ExitCode}; docker logs ${name} says more`;
    }
    const isUp = !hasEnded && Date.now() - Date.parse(State.StartedAt) >= ALIVE_MILLISECONDS;
    if (port === undefined ? isUp : await succeeds(container, listensCommand(port), deadline))
      return undefined;
    const held = hasEnded ? undefined : holdIn(await lastLine(container, State.StartedAt));
    if (held !== undefined) return `it was not started. ${held}`;
  }
  return `it takes no calls after ${seconds} s (rollOut.seconds); docker logs ${name} says more`;
}

/**
 * The last line that a container has logged since a time, after some bytes of framing. Empty if there is none, or if it
 * cannot be read, as with a log driver of the host's own.
 */
async function lastLine(container: Docker.Container, since: string): Promise<string> {
  const log = { stdout: true, stderr: true, tail: 1, since: Math.floor(Date.parse(since) / 1000) };
  return container.logs(log).then(String, () => "");
}

/**
 * Watches a container whose process takes calls. Returns why it does so no longer; undefined if it did for so many
 * seconds.
 */
async function reasonOfEnd(
  { engine }: DockerConnection,
  name: string,
  port: number | undefined,
  seconds: number,
): Promise<string | undefined> {
  const container = engine.getContainer(name);
  const before = await container.inspect();
  const began = Date.now();
  const deadline = began + seconds * 1000;
  for (let heard = began; heard < deadline; ) {
    await sleep(Math.min(WATCH_MILLISECONDS, Math.max(POLL_MILLISECONDS, deadline - Date.now())));
    const { State } = await container.inspect();
    const lasted = Math.round((Date.now() - began) / 1000);
    if (!State.Running || State.Restarting || State.StartedAt !== before.State.StartedAt) {
      return `it ended again within ${lasted} s after it had begun to take calls; docker logs ${name} says more`;
    }
    const patience = Date.now() + SILENCE_MILLISECONDS;
    if (port === undefined || (await succeeds(container, listensCommand(port), patience))) heard = Date.now();
    else if (Date.now() - heard >= SILENCE_MILLISECONDS) {
      return `it took no calls any more within ${lasted} s after it had begun to; docker logs ${name} says more`;
    }
  }
  return undefined;
}

/**
 * Whether a command in a container exits with 0 before a deadline. Also false if it cannot be run. An engine that is away
 * fails the next look at the container, which can say so.
 */
async function succeeds(
  container: Docker.Container,
  command: readonly string[],
  deadline: number,
): Promise<boolean> {
  try {
    const exec = await container.exec({ Cmd: [...command] });
    // The answer is empty. It has to be read all the same, or it would keep its connection.
    (await exec.start({ Detach: true })).resume();
    for (; Date.now() < deadline; await sleep(POLL_MILLISECONDS / 10)) {
      const { Running, ExitCode } = await exec.inspect();
      if (!Running) return ExitCode === 0;
    }
  } catch {
    return false;
  }
  return false;
}
