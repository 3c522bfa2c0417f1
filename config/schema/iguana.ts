import { z } from "zod";
import { absolutePath, image, ipv4, memory, port, requests, userAndGroup, words } from "./values";

const electedSchema = z.strictObject({
  BTCminsigs: z.int().min(1).max(64),
  minsigs: z.int().min(1).max(64),
  seeds: z.array(ipv4).min(8, "at least 8 addresses, repeats are fine (Iguana crashes with fewer)").max(64),
  notaries: z
    .array(
      z.record(
        z.string().min(1),
        z.string().regex(/^(own|0[23][0-9a-f]{64})$/, "a public key of 66 hex digits, or own"),
      ),
    )
    .min(1)
    .max(64),
});

const iguanaFields = {
  image,
  command: words.min(1),
  user: userAndGroup,
  home: absolutePath,
  directory: absolutePath,
  rpcPort: port,
  busPort: port,
  memory,
  requests,
  /** Whether operators may call its RPC from elsewhere, with a certificate. */
  listenToAll: z.boolean(),
  elected: electedSchema,
};

export const iguanaSchema = z.strictObject({
  ...iguanaFields,
  command: iguanaFields.command.default(["iguana", "notary"]),
  user: userAndGroup.default("3004:3004"),
  home: absolutePath.default("/home/iguana"),
  directory: absolutePath.optional(),
  rpcPort: port.default(7776),
  busPort: port.default(7775),
  memory: memory.default(4096),
  requests: requests.optional(),
  listenToAll: z.boolean().default(false),
  elected: electedSchema.optional(),
});

/** What one notary's Iguana has otherwise. */
export const ownIguanaSchema = z.strictObject(iguanaFields).partial();

export type IguanaSettings = z.infer<typeof iguanaSchema>;
export type OwnIguanaSettings = z.infer<typeof ownIguanaSchema>;
