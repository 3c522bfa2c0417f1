import { z } from "zod";
import type { Path } from "../../input/source";
import { holdsCredential, isOwnFlag, ownFlagPhrase } from "../ownFlags";
import { parameterShape } from "./parameters";

const ours = z.undefined("left out, because dokomodo sets it").optional();
const versionByte = z
  .int("a whole number from 0 to 255")
  .min(0, "a whole number from 0 to 255")
  .max(255, "a whole number from 0 to 255");
const PORT = "a port from 1 to 65535";
const port = z.int(PORT).min(1, PORT).max(65535, PORT);
const CONF = "a path under the daemon's home such as .litecoin/litecoin.conf, not absolute and without ..";
const FREQ = "a whole number of blocks from 2 to 100";
const FLAG = "a flag that begins with -";

/** One entry of `chains:`: komodod's parameters and, beside them, what dokomodo needs to know. */
export const entryShape = z.strictObject({
  ...parameterShape,
  rpcuser: ours,
  rpcpassword: ours,
  rpcport: ours,
  rpcbind: ours,
  rpcallowip: ours,
  pubkey: ours,
  server: ours,
  /** Iguana's name of the chain. */
  symbol: z.string().min(1).optional(),
  daemon: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, "the name of a program such as komodod")
    .default("komodod"),
  conf: z
    .string()
    .regex(/^(?!.*(^|\/)\.{1,2}(\/|$))([A-Za-z0-9._-]+\/)+[A-Za-z0-9._-]+$/, CONF)
    .optional(),
  prefixes: z.strictObject({ pubkeyHash: versionByte, scriptHash: versionByte, wif: versionByte }).optional(),
  image: z.string().regex(/^\S+$/, "a reference of an image, without spaces").optional(),
  url: z
    .string()
    .refine(isPlainUrl, "http:// or https:// with a host and a port, and nothing else")
    .optional(),
  flags: z
    .array(
      z
        .string()
        .regex(/^--?[^\s=-][^\s=]*(=[^\n\r\0]*)?$/, FLAG)
        .refine((flag) => !isOwnFlag(flag, ["rpcport"]), {
          error: ({ input }) => ownFlagPhrase(String(input)),
        }),
    )
    .optional(),
  p2pPort: port.optional(),
  rpcPort: port.optional(),
  dest: z.string().min(1).optional(),
  freq: z.int(FREQ).min(2, FREQ).max(100, FREQ).optional(),
});

export type EntryValues = z.output<typeof entryShape>;

/** Whether the value at a path of an entry may hold a password. */
export function holdsPassword(path: Path, value: unknown): boolean {
  const text = typeof value === "string" ? value : "";
  switch (path.at(-1)) {
    case "rpcpassword":
    case "rpcuser":
      return true;
    case "url":
      return text.includes("@");
    default:
      return path.at(-2) === "flags" && holdsCredential(text);
  }
}

function isPlainUrl(text: string): boolean {
  const port = /^https?:\/\/(?:[A-Za-z0-9.-]+|\[[0-9a-fA-F:.]+\]):(\d{1,5})\/?$/.exec(text)?.[1];
  return port !== undefined && URL.canParse(text) && Number(port) > 0;
}
