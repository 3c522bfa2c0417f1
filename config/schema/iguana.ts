import { z } from "zod";
import { absolutePath, image, ipv4, memory, port, requests, userAndGroup, words } from "./values";

const electedSchema = z.strictObject({
  BTCminsigs: z.int().min(1).max(64).describe("How many notaries have to sign a notarisation of KMD."),
  minsigs: z
    .int()
    .min(1)
    .max(64)
    .describe("How many notaries have to sign a notarisation of any other chain."),
  seeds: z
    .array(ipv4)
    .min(8, "at least 8 addresses, repeats are fine (Iguana crashes with fewer)")
    .max(64)
    .describe("The IPv4 addresses of the nodes to which Iguana connects first."),
  notaries: z
    .array(
      z.record(
        z.string().min(1),
        z.string().regex(/^(own|0[23][0-9a-f]{64})$/, "a public key of 66 hex digits, or own"),
      ),
    )
    .min(1)
    .max(64)
    .describe(
      "The notaries in the order of the network. Each entry has one key: a notary's name with its public key. `own` stands for this notary's own public key.",
    ),
});

const iguanaFields = {
  image: image.describe("The image that Iguana runs in."),
  command: words
    .min(1)
    .describe(
      "The entry point and its arguments: `notary` for the main network, or a file such as `3p.json` for another one.",
    ),
  user: userAndGroup.describe(
    "The user in the image, as uid:gid, and never root. The agent has the same user, so that it can end Iguana.",
  ),
  home: absolutePath.describe("The user's home in the image."),
  directory: absolutePath.describe(
    "The directory in which Iguana is started and looks for its file `elected`. Where it is absent, this is `home`.",
  ),
  rpcPort: port.describe(
    "The port of Iguana's RPC. Iguana takes 7776 with the argument `notary`, and 7779 with a file.",
  ),
  busPort: port.describe(
    "The port of the dPoW bus. It is published, and has to be the same for all notaries of a network.",
  ),
  memory: memory.describe("The memory limit of Iguana's container in MiB."),
  requests: requests.describe("What a scheduler reserves for Iguana's container, on Kubernetes."),
  listenToAll: z
    .boolean()
    .describe(
      "Whether operators may call Iguana's RPC from elsewhere, with the certificate that the stack holds for them (docs/guide/notaries.md).",
    ),
  elected: electedSchema.describe(
    "The content of Iguana's file `elected`: who notarises with whom. Where it is absent, Iguana reads the file of its image. It is required on Kubernetes, where Iguana's home is empty at each start.",
  ),
};

export const iguanaSchema = z.strictObject({
  ...iguanaFields,
  command: iguanaFields.command.default(["iguana", "notary"]),
  user: iguanaFields.user.default("3004:3004"),
  home: iguanaFields.home.default("/home/iguana"),
  directory: iguanaFields.directory.optional(),
  rpcPort: iguanaFields.rpcPort.default(7776),
  busPort: iguanaFields.busPort.default(7775),
  memory: iguanaFields.memory.default(4096),
  requests: iguanaFields.requests.optional(),
  listenToAll: iguanaFields.listenToAll.default(false),
  elected: iguanaFields.elected.optional(),
});

/** What one notary's Iguana has otherwise. */
export const ownIguanaSchema = z.strictObject(iguanaFields).partial();

export type IguanaSettings = z.infer<typeof iguanaSchema>;
export type OwnIguanaSettings = z.infer<typeof ownIguanaSchema>;
