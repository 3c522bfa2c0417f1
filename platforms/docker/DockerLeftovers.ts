import type Docker from "dockerode";
import { z } from "zod";
import type { BegunResource, Leftovers } from "../leftovers";
import { STACK_LABEL } from "../stackLabel";
import { DockerConnections } from "./DockerConnections";
import { EngineRefusal, unlessGone } from "./engineApi";
import type { DockerEndpoint } from "./host";

const begunShape = z.object({
  name: z.string(),
  labels: z.array(z.object({ label: z.string(), value: z.string() })).default([]),
});

/** A container or network on an engine, whose name is taken until it is removed. */
interface Found {
  readonly id: string;
  readonly labels: Readonly<Record<string, string>>;
  remove(): Promise<unknown>;
}

const KINDS: Readonly<
  Record<string, { readonly called: string; find(engine: Docker, name: string): Promise<Found> }>
> = {
  "docker:index/container:Container": { called: "container", find: findContainer },
  "docker:index/network:Network": { called: "network", find: findNetwork },
};

/** Containers and networks that an interrupted run had begun to make. Their names are fixed, so the next run could not make them. */
export class DockerLeftovers implements Leftovers {
  private readonly connections: DockerConnections;

  constructor(endpoints: readonly DockerEndpoint[]) {
    this.connections = new DockerConnections(endpoints);
  }

  async remove(
    { type, host, inputs }: BegunResource,
    known: ReadonlySet<string>,
  ): Promise<string | undefined> {
    const kind = KINDS[type];
    const begun = begunShape.safeParse(inputs);
    if (kind === undefined || !begun.success) return undefined;
    const { name, labels } = begun.data;
    const stack = labels.find(({ label }) => label === STACK_LABEL)?.value;
    return this.connections.at(host, async ({ engine }) => {
      const found = await unlessGone(kind.find(engine, name));
      // Somebody else may have had the name before, and that may be why the run ended.
      const isOwn = stack !== undefined && found?.labels[STACK_LABEL] === stack;
      if (found === undefined || !isOwn || known.has(found.id)) return undefined;
      await unlessGone(found.remove());
      return `${kind.called} ${name} of host ${host}`;
    });
  }

  close(): void {
    this.connections.close();
  }
}

async function findContainer(engine: Docker, name: string): Promise<Found> {
  const container = engine.getContainer(name);
  const { Id: id, Config } = await container.inspect();
  return {
    id,
    labels: Config.Labels,
    remove: async () => {
      // A daemon may already run in it, and needs its time to write what it holds. So this call has no limit of time.
      await container.stop({ abortSignal: new AbortController().signal }).catch(unlessStopped);
      await container.remove();
    },
  };
}

async function findNetwork(engine: Docker, name: string): Promise<Found> {
  const network = engine.getNetwork(name);
  const { Id: id, Labels: labels = {} } = await network.inspect();
  return { id, labels, remove: () => network.remove() };
}

/** The engine answers 304 if a container does not run. */
function unlessStopped(error: unknown): void {
  if (!(error instanceof EngineRefusal && error.status === 304)) throw error;
}
