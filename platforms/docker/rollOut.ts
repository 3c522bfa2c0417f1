import { setTimeout as sleep } from "node:timers/promises";
import type { Container } from "@pulumi/docker/container";
import * as pulumi from "@pulumi/pulumi";
import type Docker from "dockerode";
import { listensCommand } from "../listening";
import type { RollOut } from "../RollOut";
import type { DockerConnection } from "./connection";
import { explainEngine } from "./engineFailure";

/** What a stack has on a host before anything is registered. */
export interface RunningHost {
  readonly connection: DockerConnection;
  /** Ids of the stack's containers, keyed by name. Containers that do not run are among them. */
  readonly containers: ReadonlyMap<string, string>;
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
  const containers = listed.flatMap(({ Id, Names }) =>
    Names.map((name) => [name.replace(/^\//, ""), Id] as const),
  );
  return { connection, containers: new Map(containers) };
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
        const made = make().map((container) => pulumi.all([container.name, container.id]));
        const ids = await new Promise<[string, string][]>((resolve) => pulumi.all(made).apply(resolve));
        return ids.some(([container, id]) => running.containers.get(container) !== id);
      },
      untilAnswers: () => untilAnswers(running.connection, name, port, this.seconds),
    });
  }
}

const POLL_MILLISECONDS = 500;
/** A workload without a port counts as started once its process has lived for so long. */
const ALIVE_MILLISECONDS = 5000;
/** A process that has ended this often is expected to end again. */
const ENDS = 4;

/** Waits until a container's process takes calls. Throws why it does not, or why that cannot be seen. */
async function untilAnswers(
  connection: DockerConnection,
  name: string,
  port: number | undefined,
  seconds: number,
): Promise<void> {
  const { endpoint } = connection;
  const why = await reasonOfSilence(connection, name, port, seconds).catch(
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
  }
  return `it takes no calls after ${seconds} s (rollOut.seconds); docker logs ${name} says more`;
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
