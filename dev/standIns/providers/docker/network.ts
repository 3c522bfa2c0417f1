import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import type { Properties, Resource } from "../provider";
import { difference, drifted, failures, observed, type Ways } from "./comparison";
import { type Engine, ifThere, Refused } from "./engine";
import { labelList, labelMap, labels } from "./labels";

const text = z.string();

const networkInputs = z.strictObject({
  name: z.string({ error: "a network needs a name of its own" }).min(1),
  driver: text.optional(),
  internal: z.boolean().optional(),
  ipamConfigs: z
    .array(
      z.strictObject({
        subnet: text.optional(),
        ipRange: text.optional(),
        gateway: text.optional(),
        auxAddress: z.record(text, text).optional(),
      }),
    )
    .optional(),
  labels: labels.optional(),
  options: z.record(text, text).optional(),
});

/** No input of a network can change in place (kreuzwerker resource_docker_network.go). */
const ways: Ways<z.infer<typeof networkInputs>> = {
  name: {},
  driver: { computed: true },
  internal: { computed: true },
  ipamConfigs: { computed: true },
  labels: {},
  options: { computed: true },
};

const inspected = z.object({
  Name: text,
  Driver: text,
  Scope: text,
  Internal: z.boolean(),
  Attachable: z.boolean(),
  Ingress: z.boolean(),
  EnableIPv6: z.boolean(),
  IPAM: z.object({
    Driver: text,
    Config: z
      .array(
        z.object({
          Subnet: text.optional(),
          IPRange: text.optional(),
          Gateway: text.optional(),
          AuxiliaryAddresses: z.record(text, text).nullish(),
        }),
      )
      .nullish(),
  }),
  Labels: z.record(text, text).nullish(),
  Options: z.record(text, text).nullish(),
});

/** Milliseconds to wait until no container uses a network that is to be removed (kreuzwerker networkRemoveRefreshTimeout). */
const patience = 30_000;

/** docker.Network. A second network of the same name is refused. */
export const network: Resource<Engine> = {
  token: "docker:index/network:Network",

  check: (_, inputs) => ({ inputs, failures: failures(networkInputs, inputs) }),

  diff: (_, state, inputs) => ({ ...difference(ways, state, inputs), deleteBeforeReplace: false }),

  async create({ session }, properties) {
    const inputs = networkInputs.parse(properties);
    const ipam = (inputs.ipamConfigs ?? []).map((config) => ({
      ...(config.subnet ? { Subnet: config.subnet } : {}),
      ...(config.ipRange ? { IPRange: config.ipRange } : {}),
      ...(config.gateway ? { Gateway: config.gateway } : {}),
      ...(config.auxAddress ? { AuxiliaryAddresses: config.auxAddress } : {}),
    }));
    const { id } = await session.ask(`network ${inputs.name}: cannot be created`, (docker) =>
      docker.createNetwork({
        Name: inputs.name,
        CheckDuplicate: true,
        ...(inputs.driver === undefined ? {} : { Driver: inputs.driver }),
        Internal: inputs.internal ?? false,
        Labels: labelMap(inputs.labels),
        Options: inputs.options ?? {},
        IPAM: { Driver: "default", Config: ipam, Options: {} },
      }),
    );
    const outputs = await read(session, id, properties);
    if (outputs === undefined) {
      throw new Error(
        `network ${inputs.name} was created on ${session.url} and is gone already. Run pulumi up again.`,
      );
    }
    return { id, outputs };
  },

  async read({ session, id }, state, inputs) {
    const outputs = await read(session, id, state);
    return outputs === undefined ? undefined : { outputs, inputs: drifted(inputs, outputs) };
  },

  async delete({ session, id, signal }, state) {
    const end = Date.now() + patience;
    for (;;) {
      try {
        await ifThere(
          session.ask(`network ${String(state["name"] ?? id)}: cannot be removed`, (docker) =>
            docker.getNetwork(id).remove(),
          ),
        );
        return;
      } catch (error) {
        const inUse = error instanceof Refused && error.message.includes("has active endpoints");
        if (!inUse || Date.now() > end) throw error;
        await pause(500, undefined, { signal });
      }
    }
  },
};

async function read(engine: Engine, id: string, known: Properties): Promise<Properties | undefined> {
  const about = `network ${String(known["name"] ?? id)}: cannot be read`;
  const answer = await ifThere(engine.ask(about, (docker) => docker.getNetwork(id).inspect()));
  if (answer === undefined) return undefined;
  const found = inspected.parse(answer);
  const live = {
    name: found.Name,
    driver: found.Driver,
    internal: found.Internal,
    attachable: found.Attachable,
    ingress: found.Ingress,
    ipv6: found.EnableIPv6,
    ipamDriver: found.IPAM.Driver,
    ipamConfigs: (found.IPAM.Config ?? []).map((config) => ({
      subnet: config.Subnet ?? "",
      ipRange: config.IPRange ?? "",
      gateway: config.Gateway ?? "",
      auxAddress: config.AuxiliaryAddresses ?? {},
    })),
    labels: labelList(found.Labels),
    options: found.Options ?? {},
    scope: found.Scope,
  };
  return observed(known, live);
}
