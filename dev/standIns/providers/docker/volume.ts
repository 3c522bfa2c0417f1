import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import type { Properties, Resource } from "../provider";
import { difference, drifted, failures, observed, type Ways } from "./comparison";
import { type Engine, ifThere, Refused } from "./engine";
import { labelList, labelMap, labels } from "./labels";

const volumeInputs = z.strictObject({
  name: z.string({ error: "a volume needs a name of its own" }).min(1),
  driver: z.string().optional(),
  driverOpts: z.record(z.string(), z.string()).optional(),
  labels: labels.optional(),
});

/** No input of a volume can change in place (kreuzwerker resource_docker_volume.go). */
const ways: Ways<z.infer<typeof volumeInputs>> = {
  name: {},
  driver: { computed: true },
  driverOpts: {},
  labels: {},
};

const inspected = z.object({
  Name: z.string(),
  Driver: z.string(),
  Mountpoint: z.string(),
  Options: z.record(z.string(), z.string()).nullish(),
  Labels: z.record(z.string(), z.string()).nullish(),
});

/** Milliseconds to wait until no container uses a volume that is to be removed (kreuzwerker volumeReadRefreshTimeout). */
const patience = 30_000;

/** docker.Volume. Its id is its name, so a replacement with the same name would remove the volume that it has just made. */
export const volume: Resource<Engine> = {
  token: "docker:index/volume:Volume",

  check: (_, inputs) => ({ inputs, failures: failures(volumeInputs, inputs) }),

  diff: (_, state, inputs) => ({ ...difference(ways, state, inputs), deleteBeforeReplace: false }),

  async create({ session }, properties) {
    const inputs = volumeInputs.parse(properties);
    await session.ask(`volume ${inputs.name}: cannot be created`, (docker) =>
      docker.createVolume({
        Name: inputs.name,
        ...(inputs.driver === undefined ? {} : { Driver: inputs.driver }),
        DriverOpts: inputs.driverOpts ?? {},
        Labels: labelMap(inputs.labels),
      }),
    );
    const outputs = await read(session, inputs.name, properties);
    if (outputs === undefined) {
      throw new Error(
        `volume ${inputs.name} was created on ${session.url} and is gone already. Run pulumi up again.`,
      );
    }
    return { id: inputs.name, outputs };
  },

  async read({ session, id }, state, inputs) {
    const outputs = await read(session, id, state);
    return outputs === undefined ? undefined : { outputs, inputs: drifted(inputs, outputs) };
  },

  async delete({ session, id, signal }) {
    const end = Date.now() + patience;
    for (;;) {
      try {
        await ifThere(
          session.ask(`volume ${id}: cannot be removed`, (docker) =>
            docker.getVolume(id).remove({ force: true }),
          ),
        );
        return;
      } catch (error) {
        const inUse = error instanceof Refused && error.message.includes("volume is in use");
        if (!inUse || Date.now() > end) throw error;
        await pause(500, undefined, { signal });
      }
    }
  },
};

async function read(engine: Engine, name: string, known: Properties): Promise<Properties | undefined> {
  const answer = await ifThere(
    engine.ask(`volume ${name}: cannot be read`, (docker) => docker.getVolume(name).inspect()),
  );
  if (answer === undefined) return undefined;
  const found = inspected.parse(answer);
  const live = {
    name: found.Name,
    driver: found.Driver,
    driverOpts: found.Options ?? {},
    labels: labelList(found.Labels),
    mountpoint: found.Mountpoint,
  };
  return observed(known, live);
}
