import type Docker from "dockerode";
import { messageOf } from "../../../input/messageOf";
import { inLanes } from "../../inLanes";
import type { Ownership } from "../../Ownership";
import type { ContainerAddress, SeenContainer, SeenHost, WorkloadPlace } from "../../operations";
import { STACK_LABEL } from "../../stackLabel";
import { Told } from "../../Told";
import { DockerConnection } from "../connection";
import { explainEngine } from "../engineFailure";
import type { DockerEndpoint } from "../host";
import { NETWORK_LABEL, sidecarName } from "../names";
import { makeSshFolder, requireApi } from "../preflight";
import { unlessGone } from "../provisionTurns";
import { SshFailure } from "../sshFailure";
import { greet } from "./greeting";
import { valuesOf } from "./hostValues";
import type { PlannedContainer } from "./planned";
import { type InspectedContainer, seenContainers } from "./seen";

/** Seconds in which a host has to answer each call of a look. */
const LOOK_SECONDS = 2;
/** How many containers of a host are inspected at a time at most, each over a connection of its own. */
const INSPECTED_AT_ONCE = 4;
/**
 * How many containers a connection inspects before another one is worth it. Over ssh a connection is a process here and
 * some there, and opening it takes longer than as many inspections as this.
 */
const INSPECTED_BY_ONE = 30;
/**
 * How many connections to a host may be open for operations. A log that is followed and a stop that is waited for each
 * take one for as long as they last.
 */
const OPERATIONS_AT_ONCE = 40;

/** A container of the stack that is there. */
export interface FoundContainer {
  readonly planned: PlannedContainer;
  readonly id: string;
  /** `running`, `exited`, `created`, `restarting`, `paused`, `removing` or `dead`. */
  readonly state: string;
}

/** The containers of a workload that are there. */
export interface FoundWorkload {
  readonly first: FoundContainer;
  readonly sidecars: readonly FoundContainer[];
  /** Absent for what a network has beside its workloads. */
  readonly pause?: FoundContainer | undefined;
}

/** What can be done on one Docker host. Its errors name the host and say what to do. */
export class HostOperations {
  private looking: Promise<DockerConnection> | undefined;
  private working: Promise<DockerConnection> | undefined;
  /** What a look that goes on has found, or will find. */
  private listing: Promise<FoundContainer[]> | undefined;

  constructor(
    private readonly endpoint: DockerEndpoint,
    private readonly planned: readonly PlannedContainer[],
    private readonly ownership: Ownership,
  ) {}

  get name(): string {
    return this.endpoint.name;
  }

  async look(): Promise<{ readonly host: SeenHost; readonly containers: readonly SeenContainer[] }> {
    const { name } = this;
    try {
      this.looking ??= this.connect(LOOK_SECONDS, INSPECTED_AT_ONCE);
      // The first call is made alone. It logs in, and the connections of the others share that login.
      this.listing = this.looking.then(({ engine }) => this.find(engine));
      const found = await this.listing;
      const { engine } = await this.looking;
      const { version, apiVersion, clockAheadSeconds, now } = await greet(engine);
      checkApi(apiVersion);
      const inspected = await inspectAll(engine, found);
      const values = await valuesOf(engine, inspected, now);
      const host = { name, version: version && `Docker ${version}`, clockAheadSeconds, ...values };
      return { host, containers: seenContainers(inspected) };
    } catch (error) {
      close(this.looking);
      this.looking = undefined;
      return { host: { name, problem: this.describe(error) }, containers: [] };
    } finally {
      this.listing = undefined;
    }
  }

  /** Calls the engine. A failure becomes a message for the operator. */
  async call<T>(work: (engine: Docker) => Promise<T>, signal?: AbortSignal): Promise<T> {
    try {
      this.working ??= this.connect(undefined, OPERATIONS_AT_ONCE);
      return await work((await this.working).engine);
    } catch (error) {
      if (signal?.aborted === true) throw error;
      throw new Error(this.describe(error));
    }
  }

  /**
   * Finds a container of the stack. Throws if it is not there. During a look the look's own list counts, so a host that
   * is away keeps both waiting for the same time.
   */
  async container(engine: Docker, { workload, role }: ContainerAddress): Promise<FoundContainer> {
    const planned = this.planned.find((each) => each.workload === workload && each.role === role);
    const name = planned?.name ?? (role === undefined ? workload : sidecarName(workload, role));
    const found = (await (this.listing ?? this.find(engine))).find((each) => each.planned === planned);
    if (found === undefined) throw new Told(absent([name]));
    return found;
  }

  /** Finds the containers of a workload. Throws if one of them is not there. */
  async workload(engine: Docker, { workload }: WorkloadPlace): Promise<FoundWorkload> {
    const planned = this.planned.filter((each) => each.workload === workload);
    const found = (await this.find(engine)).filter((each) => planned.includes(each.planned));
    const missing = planned.filter((each) => !found.some((there) => there.planned === each));
    const first = found.find((each) => ["first", "restarter"].includes(each.planned.part));
    if (missing.length > 0 || first === undefined) {
      throw new Told(absent(missing.length === 0 ? [workload] : missing.map(({ name }) => name)));
    }
    const ofPart = (part: PlannedContainer["part"]) => found.filter((each) => each.planned.part === part);
    const [pause] = ofPart("pause");
    return { first, pause, sidecars: ofPart("sidecar") };
  }

  close(): void {
    for (const connection of [this.looking, this.working]) close(connection);
  }

  private async connect(seconds?: number, connections?: number): Promise<DockerConnection> {
    try {
      if (this.endpoint.docker.startsWith("ssh://")) await makeSshFolder();
      return await DockerConnection.open(this.endpoint, seconds, connections);
    } catch (error) {
      this.working = undefined;
      throw new Told(messageOf(error));
    }
  }

  /** What is there of what the stack may have. A container that somebody else made under such a name is not. */
  private async find(engine: Docker): Promise<FoundContainer[]> {
    const listed = await engine.listContainers({ all: true, filters: { label: [STACK_LABEL] } });
    const byName = new Map(
      listed.flatMap((each) => each.Names.map((name) => [name.replace(/^\//, ""), each] as const)),
    );
    const found = this.planned.map(async (planned): Promise<FoundContainer[]> => {
      const there = byName.get(planned.name);
      if (there === undefined) return [];
      const { [STACK_LABEL]: stack, [NETWORK_LABEL]: network } = there.Labels;
      if (network !== planned.network || !(await this.isOwn(planned.name, stack))) return [];
      return [{ planned, id: there.Id, state: there.State }];
    });
    return (await Promise.all(found)).flat();
  }

  private async isOwn(name: string, stack: string | undefined): Promise<boolean> {
    try {
      return await this.ownership.isOwn(stack);
    } catch (error) {
      throw new Told(
        `its container ${name} is of a stack ${stack}, and nobody knows whether this stack once had that name: ` +
          messageOf(error),
      );
    }
  }

  private describe(error: unknown): string {
    const { name, docker } = this.endpoint;
    return `host ${name} (${docker}): ${this.explain(error)}`;
  }

  private explain(error: unknown): string {
    if (error instanceof Told) return error.message;
    const message = messageOf(error);
    // Over ssh nobody can tell a machine that is silent from an engine that is.
    const isSilent = message.startsWith("no answer in") && !(error instanceof SshFailure);
    if (isSilent && this.endpoint.docker.startsWith("ssh://")) {
      return (
        `${message}. Is the machine up, and its address right? If it is, its Docker Engine hangs, and its log there ` +
        "says more (journalctl -u docker)."
      );
    }
    return explainEngine(error, this.endpoint);
  }
}

function close(connection: Promise<DockerConnection> | undefined): void {
  connection?.then(
    (each) => each.close(),
    () => undefined,
  );
}

function absent(names: readonly string[]): string {
  return (
    `it has no ${names.join(", ")} of this stack. It was never made, or somebody removed it. \`pulumi up --refresh\` ` +
    "makes what is missing."
  );
}

function checkApi(version: string): void {
  try {
    requireApi(version);
  } catch (error) {
    throw new Told(messageOf(error));
  }
}

/**
 * Inspects containers. A call that waited for a free connection would use up its time, so each is only made when there is
 * one. A container that is gone by now is left out.
 */
async function inspectAll(engine: Docker, found: readonly FoundContainer[]): Promise<InspectedContainer[]> {
  const all = new Map<PlannedContainer, InspectedContainer>();
  const connections = Math.min(INSPECTED_AT_ONCE, Math.ceil(found.length / INSPECTED_BY_ONE));
  await inLanes(connections, found, async ({ planned, id }) => {
    const inspected = await unlessGone(engine.getContainer(id).inspect());
    if (inspected !== undefined) all.set(planned, { planned, inspected });
  });
  return found.flatMap(({ planned }) => all.get(planned) ?? []);
}
