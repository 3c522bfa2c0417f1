import { setTimeout as sleep } from "node:timers/promises";
import type { Container } from "@pulumi/docker/container";
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { listensCommand } from "../listening";
import type { RollOut } from "../RollOut";
import { type DockerConnection, EngineRefusal } from "./connection";

/** What runs on a host before anything is registered. */
export interface RunningHost {
  readonly connection: DockerConnection;
  /** Ids of the stack's containers by name, those that do not run among them. */
  readonly containers: ReadonlyMap<string, string>;
}

/** A workload as its host has it. */
export interface DockerWorkload {
  readonly host: string;
  /** Of its first container. */
  readonly name: string;
  /** Loopback port on which it takes calls; absent where it takes none. */
  readonly port?: number | undefined;
}

const containerList = z.array(z.object({ Id: z.string(), Names: z.array(z.string()) }));

/** Looks at what a stack has on a host. */
export async function readRunning(connection: DockerConnection, label: string): Promise<RunningHost> {
  const filters = encodeURIComponent(JSON.stringify({ label: [label] }));
  const listed = containerList.parse(
    await connection.call("GET", `/containers/json?all=true&filters=${filters}`),
  );
  const containers = listed.flatMap(({ Id, Names }) =>
    Names.map((name) => [name.replace(/^\//, ""), Id] as const),
  );
  return { connection, containers: new Map(containers) };
}

/** Lets a roll-out replace the workloads of Docker hosts. A workload that is new has nobody to wait for. */
export class DockerRollOut {
  constructor(
    private readonly rollOut: RollOut,
    /** By the host's name. */
    private readonly hosts: ReadonlyMap<string, RunningHost>,
    /** How long a workload that was replaced may take until it takes calls. */
    private readonly seconds: number,
  ) {}

  /** Makes the workload's containers when it is its turn. */
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
/** A process that has lived for so long, and is not asked whether it works, has started. */
const ALIVE_MILLISECONDS = 5000;
/** Who has ended so often does it again. */
const ENDS = 4;

const inspected = z.object({
  RestartCount: z.number(),
  State: z.object({ Running: z.boolean(), StartedAt: z.string(), ExitCode: z.number() }),
});

/** Waits until a container's process takes calls; throws why it does not. */
async function untilAnswers(
  connection: DockerConnection,
  name: string,
  port: number | undefined,
  seconds: number,
): Promise<void> {
  const path = `/containers/${encodeURIComponent(name)}`;
  for (const deadline = Date.now() + seconds * 1000; Date.now() < deadline; await sleep(POLL_MILLISECONDS)) {
    const { RestartCount, State } = inspected.parse(await connection.call("GET", `${path}/json`));
    if (RestartCount >= ENDS) {
      throw new Error(
        `it ended ${RestartCount} times, last with ${State.ExitCode}; docker logs ${name} says more`,
      );
    }
    const isUp = State.Running && Date.now() - Date.parse(State.StartedAt) >= ALIVE_MILLISECONDS;
    if (port === undefined ? isUp : await succeeds(connection, path, listensCommand(port))) return;
  }
  throw new Error(`it takes no calls after ${seconds} s (rollOut.seconds); docker logs ${name} says more`);
}

/** Whether a command in a container exits with 0; false, too, where the container cannot run it now. */
async function succeeds(
  connection: DockerConnection,
  path: string,
  command: readonly string[],
): Promise<boolean> {
  try {
    const { Id } = z
      .object({ Id: z.string() })
      .parse(await connection.call("POST", `${path}/exec`, { body: { Cmd: command } }));
    await connection.call("POST", `/exec/${Id}/start`, { body: { Detach: true } });
    const state = z.object({ Running: z.boolean(), ExitCode: z.number().nullable() });
    for (;;) {
      const { Running, ExitCode } = state.parse(await connection.call("GET", `/exec/${Id}/json`));
      if (!Running) return ExitCode === 0;
      await sleep(POLL_MILLISECONDS / 10);
    }
  } catch (error) {
    if (error instanceof EngineRefusal) return false;
    throw error;
  }
}
