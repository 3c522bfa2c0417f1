import { z } from "zod";
import { ownIguanaSchema } from "./iguana";
import { whitelist } from "./network";
import { ipv4, name, port, symbol } from "./values";

const CHAIN = "a symbol, the name of a set, or one of them with its host, such as BEER: beta";
const OFFSET = "a whole number from 0 to 50000";

const COUNT = "a whole number from 1 to 2000";
const count = z.int(COUNT).min(1, COUNT).max(2000, COUNT);

const utxosSchema = z.union([
  z.literal("none"),
  z
    .strictObject({
      low: count.describe("Where there are fewer notary UTXOs, coins of the notary's address are split."),
      high: count.describe("Up to so many notary UTXOs are made."),
      dryRun: z
        .boolean()
        .default(false)
        .describe("With `true` nothing is split. The agent's status says what would be."),
    })
    .refine(({ low, high }) => low <= high, "bounds of which `low` is not more than `high`"),
]);

export const notarySchema = z.strictObject({
  name: name.describe("The notary's name. The names of its containers, volumes and networks begin with it."),
  chains: z
    .array(
      z.union([symbol, z.record(symbol, name).refine((entry) => Object.keys(entry).length === 1)], CHAIN),
    )
    .min(1)
    .describe(
      "The chains that the notary runs and notarises: symbols, and names of sets of the list of chains. An entry may state the host of what it names, as `BEER: beta` does.",
    ),
  host: name.describe(
    "The host that Iguana runs on, and every chain for which neither `chains` nor `placement` states a host.",
  ),
  placement: z
    .record(symbol, name)
    .default({})
    .describe("The host of a chain, keyed by the chain's symbol. It is meant for chains that a set names."),
  address: ipv4
    .optional()
    .describe(
      "The IPv4 address at which other notaries reach Iguana. Where it is absent, it is the address of Iguana's host.",
    ),
  lease: z
    .enum(["required", "none"])
    .default("required")
    .describe(
      "Whether a lease keeps two Iguanas of the notary's key from working at the same time (docs/guide/hosts.md). With `none` nothing does.",
    ),
  network: z
    .string()
    .min(1)
    .optional()
    .describe(
      "The dPoW network that the notary belongs to: a name in the file of `dokomodo:networks`, such as `main` or `thirdParty`. Its ports, peers, notaries, flags and whitelist count where the stack's config does not state others (docs/guide/notaries.md). Where it is absent, there is none.",
    ),
  peers: z
    .array(ipv4)
    .optional()
    .describe(
      "The IPv4 addresses of the other notaries. Where it is absent, they are those of `network`; without one, there are none.",
    ),
  dest: z
    .record(symbol, symbol)
    .default({})
    .describe(
      "The chain to which a chain is notarised, keyed by the symbol of the latter, or `none` for a chain that is not notarised. Where a chain is absent, `network` says it, or else the list of chains.",
    ),
  whitelist: whitelist
    .optional()
    .describe(
      "Addresses from which the wallets of the notary's daemons take coins beside their own. `notaries` stands for the addresses of all notaries of `network`. A `whitelistaddress` in the list of chains adds to it. Where it is absent, it is that of `network`. Where it is empty, it adds none.",
    ),
  utxos: z
    .record(symbol, utxosSchema)
    .default({})
    .describe(
      "How many notary UTXOs the agent keeps on a chain, keyed by the chain's symbol: `{ low: 10, high: 50 }`, or `none`. Where there are fewer than `low`, it makes up to `high` out of other coins; with `dryRun: true` it only says so. The key `all` stands for every chain that has no key of its own. Where neither is stated, no coin is split (docs/guide/notaries.md).",
    ),
  linkPort: port
    .default(7443)
    .describe("The port of the notary's hosts at which calls from other hosts and from operators arrive."),
  portOffset: z
    .int(OFFSET)
    .min(0, OFFSET)
    .max(50_000, OFFSET)
    .default(0)
    .describe(
      "How much higher the notary's published p2p ports and its `linkPort` are than stated, so that another notary on the same host can have the stated ones. The bus port is not moved.",
    ),
  iguana: ownIguanaSchema
    .default({})
    .describe(
      "What this notary's Iguana has otherwise than `dokomodo:iguana` says. A key that is absent is as it is there.",
    ),
  rotation: z
    .record(symbol, z.union([z.string(), z.number()]).transform(String))
    .default({})
    .describe(
      "A text or number of your choice, keyed by the chain's symbol. Another value makes another RPC password for that chain.",
    ),
});

export type NotarySettings = z.infer<typeof notarySchema>;
