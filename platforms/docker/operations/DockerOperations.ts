import { Ownership } from "../../Ownership";
import type {
  ContainerAddress,
  ExecStreams,
  LogLine,
  LogOptions,
  Operations,
  OperationsArgs,
  Sight,
  StopOptions,
  StopResult,
  WorkloadPlace,
} from "../../operations";
import { readLog } from "../../readLog";
import { Told } from "../../Told";
import { EngineRefusal } from "../engineApi";
import type { DockerEndpoint } from "../host";
import { execIn } from "./exec";
import { HostOperations } from "./HostOperations";
import { logOf } from "./logs";
import { plannedContainers } from "./planned";
import { restartWorkload, startWorkload, stopWorkload } from "./workload";

/** What runs on the stack's Docker hosts. Every call goes to one engine; only a look goes to all of them. */
export class DockerOperations implements Operations {
  private readonly hosts: readonly HostOperations[];

  constructor(endpoints: readonly DockerEndpoint[], { stackName, networks, firstName }: OperationsArgs) {
    const ownership = new Ownership(stackName, firstName);
    this.hosts = endpoints.map((endpoint) => {
      return new HostOperations(endpoint, plannedContainers(networks, endpoint.name), ownership);
    });
  }

  async look(): Promise<Sight> {
    const looks = await Promise.all(this.hosts.map((host) => host.look()));
    return {
      hosts: looks.map(({ host }) => host),
      containers: looks.flatMap(({ containers }) => containers),
    };
  }

  logs(address: ContainerAddress, options: LogOptions, onLine: (line: LogLine) => void): Promise<void> {
    const host = this.of(address);
    return host.call(async (engine) => {
      const { id } = await host.container(engine, address);
      await readLog(logOf(engine, id), options, onLine);
    });
  }

  exec(address: ContainerAddress, command: readonly string[], streams: ExecStreams): Promise<number> {
    const host = this.of(address);
    return host.call(async (engine) => {
      const { id, planned, state } = await host.container(engine, address);
      if (state !== "running") throw new Told(notRunning(planned.name, state));
      return execIn(engine, id, command, streams).catch((error: unknown) => {
        if (!(error instanceof EngineRefusal)) throw error;
        if (error.status === 409) throw new Told(notRunning(planned.name, "ending"));
        throw new Told(`${planned.name} does not run ${command[0]}: ${error.message}.`);
      });
    }, streams.signal);
  }

  stop(place: WorkloadPlace, options: StopOptions): Promise<StopResult> {
    const host = this.of(place);
    return host.call(async (engine) => {
      return stopWorkload(engine, await host.workload(engine, place), options);
    }, options.signal);
  }

  start(place: WorkloadPlace): Promise<void> {
    const host = this.of(place);
    return host.call(async (engine) => startWorkload(engine, await host.workload(engine, place)));
  }

  restart(place: WorkloadPlace, options: StopOptions): Promise<StopResult> {
    const host = this.of(place);
    return host.call(async (engine) => {
      return restartWorkload(engine, await host.workload(engine, place), options);
    }, options.signal);
  }

  close(): void {
    for (const host of this.hosts) host.close();
  }

  private of({ host: name }: WorkloadPlace): HostOperations {
    const host = this.hosts.find((each) => each.name === name);
    if (host === undefined) throw new Error(`No Docker host of the stack is named ${name}.`);
    return host;
  }
}

function notRunning(name: string, state: string): string {
  const now = state === "paused" ? "is frozen (docker pause)" : `does not run (${state})`;
  return `${name} ${now}, so no command can be run in it. Start it first, with \`npx dokomodo start\`.`;
}
