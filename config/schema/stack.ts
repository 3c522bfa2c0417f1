import { z } from "zod";
import { USUAL_PLATFORM } from "../../platforms";
import { daemonSchema } from "./daemon";
import { hostsSchema, platform, platformSettings, withPlatform } from "./hosts";
import { iguanaSchema } from "./iguana";
import { notarySchema } from "./notary";
import { encrypted, image, name, path, symbol } from "./values";

/** Who a registry of images lets in. */
const registrySchema = z.strictObject({
  /** As images name it. */
  server: z
    .string()
    .regex(
      /^[A-Za-z0-9.-]+(:\d{1,5})?$/,
      "a registry as images name it, such as registry.example:5000 or docker.io",
    ),
  username: z.string().min(1),
  password: encrypted,
});

/** How a daemon that somebody else runs is called. */
const externalSchema = z.strictObject({
  user: z.string().min(1),
  password: encrypted,
  /** PEM of who signed the certificate of an https:// url, relative to the project. */
  authority: path.optional(),
  /** Whether the notary's private key may go to that daemon. */
  importKey: z.boolean().default(false),
});

const AT_ONCE = "a whole number from 1 to 1000";
const SECONDS = "a whole number of seconds from 1 to 86400";

/** How a change reaches workloads that run. */
const rollOutSchema = z.strictObject({
  /** How many are replaced at a time. */
  atOnce: z.int(AT_ONCE).min(1, AT_ONCE).max(1000, AT_ONCE).default(1),
  /** How long one that was replaced may take until it takes calls. */
  seconds: z.int(SECONDS).min(1, SECONDS).max(86_400, SECONDS).default(300),
});

/** What `dokomodo:` may hold in a stack's config, beside the keys that only a platform understands. */
const keys = {
  "dokomodo:platform": platform.default(USUAL_PLATFORM),
  /** A development stack takes images by tag and does not protect its volumes. */
  "dokomodo:development": z.boolean().default(false),
  /** The list of chains, relative to the project. */
  "dokomodo:registry": z.string().min(1).default("assetchains.yaml"),
  "dokomodo:hosts": hostsSchema,
  /** By symbol, for chains whose entry has a `url`. */
  "dokomodo:external": z.record(symbol, externalSchema).default({}),
  "dokomodo:rollOut": rollOutSchema.default(() => rollOutSchema.parse({})),
  /** Registries that give images to nobody who has not logged in. */
  "dokomodo:registries": z.array(registrySchema).default([]),
  /** Earlier releases had an image of its own for the pause containers. It is not used any more. */
  "dokomodo:images": z.strictObject({ pause: image.optional(), proxy: image, agent: image }),
  "dokomodo:daemons": z.record(z.string().min(1), daemonSchema).default({}),
  "dokomodo:iguana": iguanaSchema,
  "dokomodo:notaries": z.array(notarySchema).min(1),
  /** By notary, as the stack's file holds them; what they decrypt to is looked at elsewhere, and never shown. */
  "dokomodo:passphrases": z.record(name, encrypted).default({}),
};

/** The settings under their full keys; those of other namespaces, such as `pulumi:`, pass. */
export function configSchema(stated: readonly string[]) {
  const foreign = stated.filter((key) => !key.startsWith("dokomodo:"));
  return z
    .strictObject({
      ...platformSettings,
      ...Object.fromEntries(foreign.map((key) => [key, z.unknown()])),
      ...keys,
    })
    .transform((config) => ({
      development: config["dokomodo:development"],
      registry: config["dokomodo:registry"],
      hosts: withPlatform(config["dokomodo:hosts"], config["dokomodo:platform"]),
      platforms: pick(config, Object.keys(platformSettings)),
      external: config["dokomodo:external"],
      rollOut: config["dokomodo:rollOut"],
      registries: config["dokomodo:registries"],
      images: { proxy: config["dokomodo:images"].proxy, agent: config["dokomodo:images"].agent },
      unused: config["dokomodo:images"].pause === undefined ? [] : ["dokomodo:images.pause"],
      daemons: config["dokomodo:daemons"],
      iguana: config["dokomodo:iguana"],
      notaries: config["dokomodo:notaries"],
    }));
}

function pick(config: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.map((key) => [key, config[key]]));
}

export type StackSettings = z.output<ReturnType<typeof configSchema>>;
