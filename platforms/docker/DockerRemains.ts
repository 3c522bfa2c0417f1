import type Docker from "dockerode";
import { z } from "zod";
import type { Remains } from "../remains";
import { STACK_LABEL } from "../stackLabel";
import { DockerConnections } from "./DockerConnections";
import { EngineRefusal, unlessGone } from "./engineApi";
import type { DockerEndpoint } from "./host";

/** Something on an engine that has the stack's label. */
interface Labelled {
  readonly made: Date;
  remove(): Promise<unknown>;
}

/** The containers, networks and volumes of a throw-away stack on Docker hosts. Volumes that stacks share are none of it. */
export class DockerRemains implements Remains {
  private readonly connections: DockerConnections;

  constructor(
    private readonly endpoints: readonly DockerEndpoint[],
    private readonly stackName: string,
  ) {
    this.connections = new DockerConnections(endpoints);
  }

  async since(): Promise<Date | undefined> {
    const found = await this.everywhere(async (engine) => (await this.listed(engine)).flat());
    const times = found.flat().map(({ made }) => made.getTime());
    return times.length === 0 ? undefined : new Date(Math.min(...times));
  }

  async remove(): Promise<void> {
    await this.everywhere(async (engine) => {
      // A network or volume that a container still has cannot be removed.
      for (const kind of await this.listed(engine))
        await Promise.all(kind.map((each) => unlessGone(each.remove()).catch(unlessGoing)));
    });
  }

  close(): void {
    this.connections.close();
  }

  /** Containers, networks and volumes. */
  private async listed(engine: Docker): Promise<Labelled[][]> {
    const filters = { label: [`${STACK_LABEL}=${this.stackName}`] };
    const [containers, networks, { Volumes: volumes }] = await Promise.all([
      engine.listContainers({ all: true, filters }),
      engine.listNetworks({ filters }),
      engine.listVolumes({ filters }),
    ]);
    return [
      containers.map(({ Id, Created }) => ({
        made: new Date(Created * 1000),
        remove: () => engine.getContainer(Id).remove({ force: true, v: true }),
      })),
      networks.map(({ Id, Created }) => ({
        made: new Date(Created),
        remove: () => engine.getNetwork(Id).remove(),
      })),
      volumes.map((volume) => ({
        made: madeAt(volume),
        remove: () => engine.getVolume(volume.Name).remove(),
      })),
    ];
  }

  private everywhere<T>(call: (engine: Docker) => Promise<T>): Promise<T[]> {
    return Promise.all(
      this.endpoints.map(({ name }) => this.connections.at(name, ({ engine }) => call(engine))),
    );
  }
}

/** dockerode's types leave the time out. */
const madeShape = z.object({ CreatedAt: z.string() });

/** A volume of an engine that does not say the time may be of any age. */
function madeAt(volume: unknown): Date {
  const made = madeShape.safeParse(volume);
  return new Date(made.success ? made.data.CreatedAt : 0);
}

/** The engine answers 409 for what somebody else is removing. */
function unlessGoing(error: unknown): void {
  const isGoing =
    error instanceof EngineRefusal && error.status === 409 && /already in progress/.test(error.message);
  if (!isGoing) throw error;
}
