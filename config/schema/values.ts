import { z } from "zod";
import { memory } from "../../chains/list/values";
import { hostSchema } from "../../platforms/host";

/** The name of a host, of a notary or of a node. */
export const name = hostSchema.shape.name;
export const symbol = z.string().min(1);
const PORT = "a port from 1024 to 65535";
export const port = z.int(PORT).min(1024, PORT).max(65535, PORT);
export const ipv4 = z.ipv4("an IPv4 address");
/** Both have to be stated where the agent has to be the same user in an image of its own. */
export const userAndGroup = z.string().regex(/^[1-9]\d*:[1-9]\d*$/, "uid:gid in digits, neither of them 0");
export const words = z.array(z.string().min(1));
const BYTE = "a byte from 0 to 255";
const prefix = z.int(BYTE).min(0, BYTE).max(255, BYTE);
const GIB = "a whole number of GiB, 1 or more";
export const gibibytes = z.int(GIB).min(1, GIB);
const CORES = "a number of cores from 0.001 to 64";
export const requests = z.strictObject({
  cpu: z
    .number(CORES)
    .min(0.001, CORES)
    .max(64, CORES)
    .optional()
    .describe("Cores, such as 0.5. Where it is absent, the platform reserves a small share of a core."),
  memory: memory.optional().describe("MiB. Where it is absent, it is the container's memory limit."),
});
export const prefixes = z.strictObject({
  pubkeyHash: prefix.describe("The version byte of an address that is the hash of a public key."),
  scriptHash: prefix.describe("The version byte of an address that is the hash of a script."),
  wif: prefix.describe("The version byte of a private key in its import format (WIF)."),
});

/** A secret as `pulumi config set --secret --path` leaves it. */
export const encrypted = z.strictObject(
  { secure: z.string().describe("The encrypted text. Pulumi writes it.") },
  "encrypted, as `pulumi config set --secret --path` leaves it",
);

const MOMENT = "a time in UTC, such as 20260131-235959";
/**
 * A time in UTC. Unlike the usual form it is a text to every reader of YAML.
 *
 * @example "20260131-235959"
 */
export const moment = z
  .string(MOMENT)
  .regex(/^\d{8}-\d{6}$/, { error: MOMENT, abort: true })
  .refine((text) => {
    const time = new Date(usualForm(text));
    // A Date takes 31 February for 3 March.
    return !Number.isNaN(time.getTime()) && time.toISOString() === usualForm(text);
  }, MOMENT)
  .transform((text) => new Date(usualForm(text)));

function usualForm(text: string): string {
  return text.replace(/^(....)(..)(..)-(..)(..)(..)$/, "$1-$2-$3T$4:$5:$6.000Z");
}

/** The path of a file or folder. */
export const path = z.string().regex(/^[^\0]+$/, "a path");
