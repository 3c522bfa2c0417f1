import { z } from "zod";
import { isAddress } from "../../chains/keys";
import { flagName, isOwnFlag } from "../../chains/ownFlags";
import { electedFields } from "./iguana";
import { ipv4, port, symbol } from "./values";

const FLAG = "a flag that begins with one -, and neither one that dokomodo sets nor a parameter of the chain";
const FREQ = "a whole number of blocks from 2 to 100";
/** Stands, in a whitelist, for the addresses of all notaries of the network. */
export const ALL_NOTARIES = "notaries";

/** A whitelist of a network or of a notary. */
export const whitelist = z.array(
  z.string().refine((text) => text === ALL_NOTARIES || isAddress(text), "an address, or notaries"),
);

const networkShape = z.strictObject({
  argument: z
    .string()
    .regex(/^[^\s-]\S*$/, "a word that does not begin with -")
    .describe(
      "The argument with which Iguana is started: `notary`, or the name of the file that it reads in the place of `elected`.",
    ),
  rpcPort: port.describe("The port of Iguana's RPC."),
  busPort: port.describe("The port of the dPoW bus. It is the same for all notaries of the network."),
  ...electedFields,
  peers: z
    .array(ipv4)
    .default([])
    .describe("The IPv4 addresses of notaries that Iguana is told with `addnotary`."),
  dest: z
    .record(symbol, symbol)
    .default({})
    .describe(
      "The chain to which a chain is notarised, keyed by the symbol of the latter, or `none` for a chain that is not notarised. Where a chain is absent, the list of chains says it.",
    ),
  freq: z
    .record(symbol, z.int(FREQ).min(2, FREQ).max(100, FREQ))
    .default({})
    .describe(
      "How often a chain is notarised, in blocks, keyed by the chain's symbol. Where a chain is absent, the list of chains says it.",
    ),
  flags: z
    .record(symbol, z.array(z.string().refine(isNetworkFlag, FLAG)))
    .default({})
    .describe(
      "Flags that a notary of the network gives to a chain's daemon, such as those that mine or stake, keyed by the chain's symbol. They take the place of the same flags of the list of chains, but not of those in `dokomodo:daemons`.",
    ),
  whitelist: whitelist
    .default([])
    .describe(
      "Addresses from which the wallets of a notary's daemons take coins beside their own. `notaries` stands for the addresses of all notaries of the network. Where it is empty, they take them from any. Only daemons of the Komodo family know it, and it does not go to private chains.",
    ),
});

export const networksShape = z.record(
  z.string().regex(/^[A-Za-z][A-Za-z0-9_-]*$/, "a name of letters, digits, - or _"),
  networkShape.describe("One kind of Iguana, by the name that a notary's `network` states."),
);

/** What all notaries of a dPoW network have in common. */
export type DpowNetwork = z.output<typeof networkShape>;

/** The ports of a chain and its directory follow from the list of chains, and never from a network. */
function isNetworkFlag(flag: string): boolean {
  return (
    /^-[^\s-]\S*$/.test(flag) &&
    !isOwnFlag(flag, ["rpcport", "port", "datadir", "whitelistaddress"]) &&
    !flagName(flag).startsWith("ac_")
  );
}
