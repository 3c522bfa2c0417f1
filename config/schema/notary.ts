import { z } from "zod";
import { ownIguanaSchema } from "./iguana";
import { ipv4, name, port, symbol } from "./values";

const CHAIN = "a symbol, the name of a set, or one of them with its host, such as BEER: beta";
const OFFSET = "a whole number from 0 to 50000";

export const notarySchema = z.strictObject({
  name,
  /** Symbols, or names of sets in assetchains.yaml; each may state the host of what it names, as `BEER: beta`. */
  chains: z
    .array(
      z.union([symbol, z.record(symbol, name).refine((entry) => Object.keys(entry).length === 1)], CHAIN),
    )
    .min(1),
  /** Where Iguana runs, and what `placement` does not name. */
  host: name,
  placement: z.record(symbol, name).default({}),
  /** IPv4 address as other notaries reach it; the host's own where it is not stated. */
  address: ipv4.optional(),
  /** Whether two Iguanas of its key are kept from working at the same time. */
  lease: z.enum(["required", "none"]).default("required"),
  /** IPv4 addresses of the other notaries. */
  peers: z.array(ipv4).default([]),
  /** Chains that are notarised to another chain than assetchains.yaml says, or to `none`. */
  dest: z.record(symbol, symbol).default({}),
  /** Port on which its hosts take its links from elsewhere. */
  linkPort: port.default(7443),
  /** How much higher its published p2p ports and `linkPort` are, where another notary has them on the same host. */
  portOffset: z.int(OFFSET).min(0, OFFSET).max(50_000, OFFSET).default(0),
  iguana: ownIguanaSchema.default({}),
  /** Another value makes another RPC password for that chain. */
  rotation: z.record(symbol, z.union([z.string(), z.number()]).transform(String)).default({}),
});

export type NotarySettings = z.infer<typeof notarySchema>;
