import { z } from "zod";
import { ownIguanaSchema } from "./iguana";
import { whitelist } from "./network";
import { nodeFields } from "./node";
import { ipv4, name, symbol } from "./values";

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
  ...nodeFields,
  host: name.describe(
    "The host that Iguana runs on, and every chain for which neither `chains` nor `placement` states a host.",
  ),
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
  iguana: ownIguanaSchema
    .default({})
    .describe(
      "What this notary's Iguana has otherwise than `dokomodo:iguana` says. A key that is absent is as it is there.",
    ),
});

export type NotarySettings = z.infer<typeof notarySchema>;
