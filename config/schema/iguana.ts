import { z } from "zod";
import { absolutePath, image, memory } from "../../chains/list/values";
import { ipv4, port, requests, userAndGroup, words } from "./values";

/** What Iguana's file `elected` has beside its ports. */
export const electedFields = {
  BTCminsigs: z
    .int()
    .min(1)
    .max(64)
    .describe(
      "How many notaries have to sign a notarisation to LTC, as KMD's is. Iguana takes 13 where less is stated.",
    ),
  minsigs: z.int().min(1).max(64).describe("How many notaries have to sign any other notarisation."),
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
};

const iguanaFields = {
  image: image.describe(
    "The image that Iguana runs in. It is required, unless each notary states one of its own.",
  ),
  command: words
    .min(1)
    .describe(
      "The entry point and its arguments: `notary`, or the name of a file that Iguana reads in the place of `elected`. Where it is absent, it is `iguana` with the `argument` of the notary's `network`, or else with `notary`.",
    ),
  user: userAndGroup.describe(
    "The user in the image, as uid:gid, and never root. The agent has the same user, so that it can end Iguana.",
  ),
  home: absolutePath.describe("The user's home in the image."),
  directory: absolutePath.describe(
    "The directory in which Iguana is started and looks for its file `elected`. Where it is absent, this is `home`.",
  ),
  rpcPort: port.describe(
    "The port of Iguana's RPC. Iguana takes 7776 with the argument `notary`, and 7779 with a file. Where it is absent, it is that of the notary's `network`, or else 7776.",
  ),
  busPort: port.describe(
    "The port of the dPoW bus. It is published, and has to be the same for all notaries of a network. Where it is absent, it is that of the notary's `network`, or else 7775.",
  ),
  memory: memory.describe("The memory limit of Iguana's container in MiB."),
  requests: requests.describe("What a scheduler reserves for Iguana's container, on Kubernetes."),
  listenToAll: z
    .boolean()
    .describe(
      "Whether operators may call Iguana's RPC from elsewhere, with the certificate that the stack holds for them (docs/guide/notaries.md).",
    ),
  elected: z
    .strictObject(electedFields)
    .describe(
      "The content of Iguana's file `elected`, or of the file that `command` names: who notarises with whom. Where it is absent, it is that of the notary's `network`; without one, Iguana reads the file of its image. One of the two is required on Kubernetes, where Iguana's home is empty at each start.",
    ),
};

export const iguanaSchema = z.strictObject({
  ...iguanaFields,
  image: iguanaFields.image.optional(),
  command: iguanaFields.command.optional(),
  user: iguanaFields.user.default("3004:3004"),
  home: iguanaFields.home.default("/home/iguana"),
  directory: iguanaFields.directory.optional(),
  rpcPort: iguanaFields.rpcPort.optional(),
  busPort: iguanaFields.busPort.optional(),
  memory: iguanaFields.memory.default(4096),
  requests: iguanaFields.requests.optional(),
  listenToAll: iguanaFields.listenToAll.default(false),
  elected: iguanaFields.elected.optional(),
});

/** What one notary's Iguana has otherwise. */
export const ownIguanaSchema = z.strictObject(iguanaFields).partial();

export type IguanaSettings = z.infer<typeof iguanaSchema>;
export type OwnIguanaSettings = z.infer<typeof ownIguanaSchema>;
