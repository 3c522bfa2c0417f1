import { setTimeout as pause } from "node:timers/promises";
import { HalfMade, type Identified, type Live, type Properties, type Resource } from "../provider";
import { difference, drifted, failures } from "./comparison";
import { type ContainerInputs, containerInputs, containerWays, updatable } from "./containerInputs";
import { createOptions, limits } from "./containerOptions";
import { type Inspected, outputsOf, readInspected } from "./containerState";
import { type Engine, ifThere, Refused } from "./engine";
import { providePulled } from "./image";
import { archive } from "./uploads";

type Subject = Live<Engine>;

/** docker.Container. It follows kreuzwerker's resource_docker_container_funcs.go as bridged by @pulumi/docker 5.2. */
export const container: Resource<Engine> = {
  token: "docker:index/container:Container",

  check(_, inputs) {
    const ports = containerInputs.shape.ports.safeParse(inputs["ports"]);
    const filled = ports.success && ports.data !== undefined ? { ...inputs, ports: ports.data } : inputs;
    return { inputs: filled, failures: failures(containerInputs, inputs) };
  },

  diff(_, state, inputs) {
    return { ...difference(containerWays, state, inputs), deleteBeforeReplace: true };
  },

  async create(subject, properties) {
    const inputs = containerInputs.parse(properties);
    const { session, signal } = subject;
    const about = `container ${inputs.name}`;
    await providePulled(session, inputs.image, about, signal);
    const { id } = await session.ask(`${about}: cannot be created`, (docker) =>
      docker.createContainer(createOptions(inputs)),
    );
    try {
      await join(session, id, inputs);
      await upload(session, id, inputs);
    } catch (error) {
      // A container without its networks and files must never start, so it is removed.
      await ifThere(
        session.ask(`${about}: cannot be removed`, (docker) =>
          docker.getContainer(id).remove({ force: true }),
        ),
      );
      throw error;
    }
    await bringUp(subject, id, inputs, properties);
    const found = await inspect(session, id, about);
    if (found === undefined) return { id, outputs: { ...properties, ...unread } };
    return { id, outputs: outputsOf(found, properties) };
  },

  async read({ session, id, name }, state, inputs) {
    const found = await inspect(session, id, `container ${nameIn(state, name)}`);
    if (found === undefined) return undefined;
    const outputs = outputsOf(found, state);
    return { outputs, inputs: drifted(inputs, outputs) };
  },

  async update(subject, state, properties) {
    const inputs = containerInputs.parse(properties);
    const { session, id } = subject;
    const about = `container ${inputs.name}`;
    const { changed } = difference(containerWays, state, properties);
    if (updatable.some((key) => changed.includes(key)))
      await session.ask(`${about}: cannot be changed`, (docker) =>
        docker.getContainer(id).update(limits(inputs)),
      );
    const before = await inspect(session, id, about);
    if (before === undefined)
      throw new Error(
        `${about} is gone from ${session.url}. Run pulumi refresh; the next pulumi up then makes it anew.`,
      );
    if (inputs.mustRun !== false) await bringUp(subject, id, inputs, { ...state, ...properties });
    const after = await inspect(session, id, about);
    const known = { ...state, ...properties, mustRun: inputs.mustRun ?? true };
    return outputsOf(after ?? before, known);
  },

  async delete(subject, state) {
    const about = `container ${nameIn(state, subject.name)}`;
    if (state["attach"] !== true) await stop(subject, about, state);
    await remove(subject, about, state);
  },
};

/** Outputs of a container that has not been inspected yet. */
const unread = { bridge: "", networkDatas: [], exitCode: 0 };

async function inspect(engine: Engine, id: string, about: string): Promise<Inspected | undefined> {
  const answer = await ifThere(
    engine.ask(`${about}: cannot be read`, (docker) => docker.getContainer(id).inspect()),
  );
  return answer === undefined ? undefined : readInspected(answer);
}

/** Moves the container from the default network to the stated ones. As in the official plugin, networkMode plays no part. */
async function join(engine: Engine, id: string, { name, networksAdvanced }: ContainerInputs): Promise<void> {
  if (networksAdvanced === undefined || networksAdvanced.length === 0) return;
  try {
    await engine.ask(`container ${name}: cannot leave the default network`, (docker) =>
      docker.getNetwork("bridge").disconnect({ Container: id }),
    );
  } catch (error) {
    const notOnIt = error instanceof Refused && error.message.includes("is not connected to");
    if (!notOnIt) throw error;
  }
  for (const network of networksAdvanced) {
    const settings = {
      Aliases: network.aliases ?? [],
      IPAMConfig: { IPv4Address: network.ipv4Address ?? "" },
    };
    await engine.ask(`container ${name}: cannot join the network ${network.name}`, (docker) =>
      docker.getNetwork(network.name).connect({ Container: id, EndpointConfig: settings }),
    );
  }
}

async function upload(engine: Engine, id: string, { name, uploads }: ContainerInputs): Promise<void> {
  if (uploads === undefined || uploads.length === 0) return;
  const files = await archive(uploads);
  await engine.ask(`container ${name}: cannot upload its files`, (docker) =>
    docker.getContainer(id).putArchive(files, { path: "/" }),
  );
}

/** Starts the container, unless it runs, and waits for it when the inputs `wait` or `attach` say so. */
async function bringUp(
  subject: Subject,
  id: string,
  inputs: ContainerInputs,
  known: Properties,
): Promise<void> {
  if (inputs.start === false) return;
  const about = `container ${inputs.name}`;
  try {
    await start(subject, id, about);
    if (inputs.wait === true) await becomeHealthy(subject, id, about, inputs.waitTimeout ?? 60);
    if (inputs.attach === true)
      await subject.session.ask(`${about}: cannot be waited for`, (docker) => docker.getContainer(id).wait());
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new HalfMade(id, { ...unread, ...known }, reason);
  }
}

async function start({ session }: Subject, id: string, about: string): Promise<void> {
  try {
    await session.ask(`${about}: cannot start`, (docker) => docker.getContainer(id).start());
  } catch (error) {
    const running = error instanceof Refused && error.status === 304;
    if (!running) throw error;
  }
}

async function becomeHealthy(
  { session, signal }: Subject,
  id: string,
  about: string,
  seconds: number,
): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (Date.now() < end) {
    const health = (await inspect(session, id, about))?.State.Health;
    if (health == null)
      throw new Error(`${about}: the input wait needs a healthcheck, but the container has none`);
    if (health.Status === "healthy") return;
    await pause(500, undefined, { signal });
  }
  throw new Error(
    `${about} on ${session.url} is not healthy after ${seconds} s; docker inspect shows its healthcheck`,
  );
}

/** Stops the container within destroyGraceSeconds. When that is absent, it is killed at once, whatever stopTimeout says. */
async function stop(subject: Subject & Identified, about: string, state: Properties): Promise<void> {
  const grace = Number(state["destroyGraceSeconds"] ?? 0);
  try {
    await ifThere(
      subject.session.ask(`${about}: cannot be stopped`, (docker) =>
        docker.getContainer(subject.id).stop({ t: grace, abortSignal: subject.signal }),
      ),
    );
  } catch (error) {
    const stopped = error instanceof Refused && error.status === 304;
    if (!stopped) throw error;
  }
}

async function remove({ session, id, signal }: Subject & Identified, about: string, state: Properties) {
  const options = { force: true, v: state["removeVolumes"] !== false };
  try {
    await ifThere(
      session.ask(`${about}: cannot be removed`, (docker) => docker.getContainer(id).remove(options)),
    );
  } catch (error) {
    const underWay = error instanceof Refused && error.message.includes("is already in progress");
    if (!underWay) throw error;
  }
  while ((await inspect(session, id, about)) !== undefined) await pause(100, undefined, { signal });
}

function nameIn(state: Properties, otherwise: string): string {
  return typeof state["name"] === "string" ? state["name"] : otherwise;
}
