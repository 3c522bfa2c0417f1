import * as pulumi from "@pulumi/pulumi";
import type { Stack } from "../../config/load";
import { dockerHosts } from "../../config/rules/hosts";
import { imagesOfAll } from "../../notary/images";
import { DockerConnection } from "./connection";
import type { DockerEndpoint } from "./host";
import { provideImages } from "./images";
import { probe } from "./preflight";
import { type RunningHost, readRunning } from "./rollOut";

/** The Docker Engines of a stack's hosts, before anything of them is registered. */
export interface Engines {
  /** By the host's name; of hosts that answer. */
  readonly connections: ReadonlyMap<string, DockerConnection>;
  /** Names of hosts that do not. */
  readonly skipped: ReadonlySet<string>;
}

/** How the Docker hosts of a stack are reached. */
export function endpoints({ hosts, ssh }: Stack): DockerEndpoint[] {
  return dockerHosts(hosts).map(({ name, docker, certificates }) => ({
    name,
    docker,
    ssh,
    ...(certificates === undefined ? {} : { certificates }),
  }));
}

/** Looks at all hosts, and tells of each that does not answer why. */
export async function reachEngines(stack: Stack): Promise<Engines> {
  const connections = new Map<string, DockerConnection>();
  const skipped = new Set<string>();
  await Promise.all(
    endpoints(stack).map(async (endpoint) => {
      const problem = await probe(endpoint);
      if (problem === undefined) {
        connections.set(endpoint.name, await DockerConnection.open(endpoint));
        return;
      }
      skipped.add(endpoint.name);
      await pulumi.log.error(`${problem}\nWhat is on it was left as it is.`);
    }),
  );
  return { connections, skipped };
}

/** Label of all that a stack has; its value is the stack's name. */
export const STACK_LABEL = "dokomodo.stack";

/** What the stack has on its hosts, by the host's name. */
export async function readHosts(
  { connections }: Engines,
  stackName: string,
): Promise<ReadonlyMap<string, RunningHost>> {
  const hosts = [...connections].map(
    async ([host, connection]): Promise<[string, RunningHost]> => [
      host,
      await readRunning(connection, `${STACK_LABEL}=${stackName}`),
    ],
  );
  return new Map(await Promise.all(hosts));
}

/** How long nothing may be said while images are pulled. */
const SILENT_SECONDS = 2;

/** Pulls every image that the stack needs and a host lacks, on all hosts at once; why each of the others cannot be had. */
export async function pullImages(stack: Stack, { connections }: Engines): Promise<string[]> {
  const told = new Progress();
  const problems = await Promise.all(
    [...connections].map(async ([host, connection]) => {
      const { proxy, agent } = stack.images;
      const images = imagesOfAll(host, stack.notaries, { proxy, restarter: agent });
      const failures = await provideImages(connection, [...images.keys()], {
        logins: stack.registries,
        onProgress: (image, done, total) => told.tell(`host ${host} pulls ${image}`, done, total),
      });
      return [...failures].map(([image, why]) => {
        return `host ${host} cannot have the image ${image} (${images.get(image)?.join(", ")}): ${why}`;
      });
    }),
  );
  return problems.flat();
}

/** Tells the operator how far downloads are, all of them together and not too often. */
class Progress {
  private readonly downloads = new Map<string, string>();
  private last = 0;

  tell(what: string, done: number, total: number): void {
    this.downloads.set(what, `${what}: ${megabytes(done)} of ${megabytes(total)} MB`);
    if (Date.now() - this.last < SILENT_SECONDS * 1000) return;
    this.last = Date.now();
    void pulumi.log.info([...this.downloads.values()].join("\n"), undefined, undefined, true);
  }
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}
