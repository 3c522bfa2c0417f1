import { z } from "zod";
import { absolutePath, httpUrl, image } from "../../chains/list/values";
import { DEFAULT_BACKUP_IMAGE, DEFAULT_IMAGES } from "../../notary/defaultImages";
import { DEFAULT_DISK_GUARD } from "../../notary/diskGuard";
import { USUAL_PLATFORM } from "../../platforms";
import { backupSchema } from "./backup";
import { daemonSchema } from "./daemon";
import { hostsSchema, platform, platformSettings, withPlatform } from "./hosts";
import { iguanaSchema } from "./iguana";
import { nodeSchema } from "./node";
import { notarySchema } from "./notary";
import { encrypted, name, path, symbol } from "./values";

const registrySchema = z.strictObject({
  server: z
    .string()
    .regex(
      /^[A-Za-z0-9.-]+(:\d{1,5})?$/,
      "a registry as images name it, such as registry.example:5000 or docker.io",
    )
    .describe("The registry as the names of images have it, with `docker.io` for Docker Hub."),
  username: z
    .string()
    .min(1)
    .describe("The user to log in as. The account of a robot that may only read is best."),
  password: encrypted.describe(
    "The user's password or token. Set it with `pulumi config set --secret --path 'dokomodo:registries[0].password'`.",
  ),
});

const externalSchema = z.strictObject({
  user: z.string().min(1).describe("The user of the daemon's RPC."),
  password: encrypted.describe(
    `The password of the daemon's RPC. Set it with \`pulumi config set --secret --path 'dokomodo:external["LTC"].password'\`.`,
  ),
  authority: path
    .optional()
    .describe(
      "A PEM file with the certificate of who signed the server's certificate, for a `url` with https://, relative to the project's folder. Where it is absent, the certificate store of the proxy's image counts.",
    ),
  importKey: z
    .boolean()
    .default(false)
    .describe(
      "Whether the notary's private key may go to that daemon. Iguana notarises no chain whose daemon does not have the key. Who runs the daemon then has it, too.",
    ),
});

const AT_ONCE = "a whole number from 1 to 1000";
const SECONDS = "a whole number of seconds from 1 to 86400";

const WATCH = "a whole number of seconds from 0 to 86400";

/** A daemon that cannot read its data takes connections first, and ends within seconds. */
const CANARY_SECONDS = 5;

const rollOutSchema = z.strictObject({
  atOnce: z
    .int(AT_ONCE)
    .min(1, AT_ONCE)
    .max(1000, AT_ONCE)
    .default(1)
    .describe("How many workloads are replaced at the same time, after the first one."),
  canary: symbol
    .optional()
    .describe(
      "The chain whose daemon is replaced first and alone, if a change replaces it: the symbol of one that the stack runs. Where it is absent, or the change does not replace it, the first assetchain comes first.",
    ),
  canarySeconds: z
    .int(WATCH)
    .min(0, WATCH)
    .max(86_400, WATCH)
    .default(CANARY_SECONDS)
    .describe(
      "How many seconds the first workload that is replaced has to run and take calls before any other one is replaced.",
    ),
  seconds: z
    .int(SECONDS)
    .min(1, SECONDS)
    .max(86_400, SECONDS)
    .default(300)
    .describe(
      "How many seconds a workload that was replaced may take until it takes calls. After that the run ends with an error, and leaves the rest as it was.",
    ),
});

const MIB = "a whole number of MiB from 1 to 1048576";
const freeMiB = z.int(MIB).min(1, MIB).max(1_048_576, MIB);

const diskGuardSchema = z.union([
  z.literal("none"),
  z
    .strictObject({
      stopBelow: freeMiB.describe("A daemon is stopped when fewer MiB are free on the disk of its volume."),
      startAbove: freeMiB.describe(
        "A daemon starts where so many MiB are free, or more. It is more than `stopBelow`.",
      ),
    })
    .refine(
      ({ stopBelow, startAbove }) => startAbove > stopBelow,
      "limits of which `startAbove` is more than `stopBelow`, or a daemon could stop again at once",
    ),
]);

export type DiskGuardSettings = z.output<typeof diskGuardSchema>;

const imagesSchema = z.strictObject({
  pause: image
    .optional()
    .describe(
      "It is not used any more. Earlier releases had an image of their own for the pause containers.",
    ),
  proxy: image
    .default(DEFAULT_IMAGES.proxy)
    .describe(
      "The image of the proxies: HAProxy 2.6 or newer. It has to have a certificate store if a chain has a `url` with https:// and no `authority`.",
    ),
  backup: image
    .default(DEFAULT_BACKUP_IMAGE)
    .describe(
      "The image in which backups are made: restic 0.14 or newer with a shell, nc and ssh. It is needed where `dokomodo:backup` is set.",
    ),
  agent: image
    .default(DEFAULT_IMAGES.agent)
    .describe("The image of agents, witnesses, restarters and the filter of clients: Node 18 or newer."),
});

const downloadsSchema = z.strictObject({
  mirror: httpUrl
    .optional()
    .describe(
      "A URL under which the files are found by their names, such as `https://mirror.example/zcash/`. Where it is absent, there is none.",
    ),
  directory: absolutePath
    .optional()
    .describe(
      "A directory of each Docker host that has the files under their names, such as /root/.zcash-params. Where it is absent, there is none.",
    ),
});

/** What `dokomodo:` may hold in a stack's config, beside the keys that only a platform understands. */
const keys = {
  "dokomodo:platform": platform
    .default(USUAL_PLATFORM)
    .describe("The platform of every host that does not state another one."),
  "dokomodo:development": z
    .boolean()
    .default(false)
    .describe(
      "Whether this is a stack for development. Its images may be named by tag, and its volumes are not protected from deletion.",
    ),
  "dokomodo:registry": z
    .string()
    .min(1)
    .default("assetchains.yaml")
    .describe(
      "The file with the list of chains, relative to the project's folder (docs/reference/chains.md).",
    ),
  "dokomodo:networks": z
    .string()
    .min(1)
    .default("notary/networks/season8.yaml")
    .describe(
      "The file with the dPoW networks that notaries name in `network`, relative to the project's folder (docs/reference/networks.md). Where no notary names one, it is not read.",
    ),
  "dokomodo:hosts": hostsSchema,
  "dokomodo:external": z
    .record(symbol, externalSchema)
    .default({})
    .describe(
      "How daemons are called that somebody else runs, keyed by the chain's symbol. A chain of a notary or node needs an entry here if its entry in the list of chains has a `url`, and only then.",
    ),
  "dokomodo:rollOut": rollOutSchema
    .default(() => rollOutSchema.parse({}))
    .describe("How a change reaches workloads that run already (docs/guide/changes.md)."),
  "dokomodo:diskGuard": diskGuardSchema
    .optional()
    .describe(
      `When a disk that is nearly full stops the daemons that have a volume on it, as \`{ stopBelow: 4096, startAbove: 8192 }\`, or \`none\` (docs/guide/trouble.md). Where it is absent, the limits are ${DEFAULT_DISK_GUARD.stopBelowMiB} and ${DEFAULT_DISK_GUARD.startAboveMiB}, and on a small disk at most ${DEFAULT_DISK_GUARD.atMostPercent.stop} and ${DEFAULT_DISK_GUARD.atMostPercent.start} percent of its size. A change replaces every daemon.`,
    ),
  "dokomodo:backup": backupSchema
    .optional()
    .describe(
      "Where and how often the wallets of all daemons are kept (docs/guide/backup.md). Where it is absent, no backup is made. Each daemon restarts once when it is set or removed.",
    ),
  "dokomodo:registries": z
    .array(registrySchema)
    .default([])
    .describe("Logins for registries from which images of the stack come."),
  "dokomodo:downloads": downloadsSchema
    .default({})
    .describe(
      "Where the files that daemons need before they start are looked for, before the URLs that they come with (docs/guide/sync.md).",
    ),
  "dokomodo:images": imagesSchema
    .default(() => imagesSchema.parse({}))
    .describe(
      "The images that dokomodo itself needs. `npx dokomodo images pin` writes digests to all images of the stack.",
    ),
  "dokomodo:daemons": z
    .record(z.string().min(1), daemonSchema)
    .default({})
    .describe(
      "How each daemon is run, keyed by the daemon's name in the list of chains, such as `komodod` or `litecoind`.",
    ),
  "dokomodo:iguana": iguanaSchema.default(() => iguanaSchema.parse({})).describe("How Iguana is run."),
  "dokomodo:notaries": z
    .array(notarySchema)
    .default([])
    .describe("The notaries: each is one Iguana with its chains and one key."),
  "dokomodo:nodes": z
    .array(nodeSchema)
    .default([])
    .describe(
      "The nodes without Iguana (docs/guide/nodes.md): each is one or more chains under one name. A stack has at least one notary or node.",
    ),
  // What it decrypts to is looked at elsewhere, and never shown.
  "dokomodo:passphrases": z
    .record(name, encrypted)
    .default({})
    .describe(
      `The passphrase or WIF of each notary or node, keyed by its name. Every notary needs one. A node needs one only if its wallets are to have a key (docs/guide/nodes.md). Set it with \`pulumi config set --secret --path 'dokomodo:passphrases["east"]'\`.`,
    ),
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
      chainListFile: config["dokomodo:registry"],
      networksFile: config["dokomodo:networks"],
      hosts: withPlatform(config["dokomodo:hosts"], config["dokomodo:platform"]),
      platforms: pick(config, Object.keys(platformSettings)),
      external: config["dokomodo:external"],
      rollOut: config["dokomodo:rollOut"],
      diskGuard: config["dokomodo:diskGuard"],
      registries: config["dokomodo:registries"],
      images: { proxy: config["dokomodo:images"].proxy, agent: config["dokomodo:images"].agent },
      backup: config["dokomodo:backup"] && {
        ...config["dokomodo:backup"],
        image: config["dokomodo:images"].backup,
      },
      downloads: config["dokomodo:downloads"],
      unused: config["dokomodo:images"].pause === undefined ? [] : ["dokomodo:images.pause"],
      daemons: config["dokomodo:daemons"],
      iguana: config["dokomodo:iguana"],
      notaries: config["dokomodo:notaries"],
      nodes: config["dokomodo:nodes"],
    }));
}

function pick(config: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.map((key) => [key, config[key]]));
}

export type StackSettings = z.output<ReturnType<typeof configSchema>>;
