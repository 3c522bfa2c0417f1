import { z } from "zod";
import type { Path } from "../../input/source";
import type { Prefixes } from "../chain";
import { holdsCredential, isOwnFlag, ownFlagPhrase } from "../ownFlags";
import { parameterShape } from "./parameters";
import { httpUrl, sha256 } from "./values";

const ours = z.undefined("left out, because dokomodo sets it").optional();
const versionByte = z
  .int("a whole number from 0 to 255")
  .min(0, "a whole number from 0 to 255")
  .max(255, "a whole number from 0 to 255");
const PORT = "a port from 1 to 65535";
const port = z.int(PORT).min(1, PORT).max(65535, PORT);
/** Version bytes of KMD and of every chain of its family (docs/internals/domain.md, version bytes). */
export const KOMODO_PREFIXES: Prefixes = { pubkeyHash: 60, scriptHash: 85, wif: 188 };
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
  symbol: z
    .string()
    .min(1)
    .optional()
    .describe(
      "The chain's unique name, by which Iguana and the stack's config know it: 1 to 15 letters, digits or _. Where it is absent, it is `ac_name`, or ac_name_DATADIR for a chain with a `datadir`.",
    ),
  daemon: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, "the name of a program such as komodod")
    .default("komodod")
    .describe("The program that runs the chain."),
  conf: z
    .string()
    .regex(/^(?!.*(^|\/)\.{1,2}(\/|$))([A-Za-z0-9._-]+\/)+[A-Za-z0-9._-]+$/, CONF)
    .optional()
    .describe(
      "The path of the daemon's conf under its user's home. Where it is absent, it is the daemon's own, such as .komodo/NAME/NAME.conf, .komodo/komodo.conf or .litecoin/litecoin.conf.",
    ),
  prefixes: z
    .strictObject({
      pubkeyHash: versionByte.describe("The version byte of an address that is the hash of a public key."),
      scriptHash: versionByte.describe("The version byte of an address that is the hash of a script."),
      wif: versionByte.describe("The version byte of a private key in its import format (WIF)."),
    })
    .optional()
    .describe(
      `The version bytes of the chain's addresses and keys. Where they are absent, they are KMD's: ${Object.values(KOMODO_PREFIXES).join(", ")}.`,
    ),
  image: z
    .string()
    .regex(/^\S+$/, "a reference of an image, without spaces")
    .optional()
    .describe(
      "The image of this chain's daemon. Where it is absent, it is the image that the stack's config states for the daemon.",
    ),
  bootstrap: z
    .strictObject({
      url: httpUrl.describe("The URL of the archive: a tar file, plain or packed with gzip."),
      sha256: sha256.describe(
        "The SHA-256 of the archive, in hex. An archive with another one is never unpacked.",
      ),
    })
    .optional()
    .describe(
      "An archive with the chain's blocks and state. It fills the chain's volume before the daemon's first start, if the volume is empty (docs/guide/sync.md).",
    ),
  url: z
    .string()
    .refine(isPlainUrl, "http:// or https:// with a host and a port, and nothing else")
    .optional()
    .describe(
      "The address of the chain's RPC where somebody else runs the daemon. Where it is absent, the stack runs it.",
    ),
  flags: z
    .array(
      z
        .string()
        .regex(/^--?[^\s=-][^\s=]*(=[^\n\r\0]*)?$/, FLAG)
        .refine((flag) => !isOwnFlag(flag, ["rpcport"]), {
          error: ({ input }) => ownFlagPhrase(String(input)),
        }),
    )
    .optional()
    .describe(
      "Further flags of the daemon that are no parameters of the chain. Where it is absent, there are none.",
    ),
  status: z
    .enum(["current", "history"])
    .default("current")
    .describe(
      "`history` for a chain that dPoW left before its last season ended on 2026-01-04. It changes nothing; `npx dokomodo chains` shows it.",
    ),
  p2pPort: port
    .optional()
    .describe(
      "The port that peers call. It is required where the daemon is not komodod. For komodod it is computed, and an error where it differs.",
    ),
  rpcPort: port
    .optional()
    .describe(
      "The port of the daemon's RPC. It is required where the daemon is not komodod. For komodod it is computed, and an error where it differs.",
    ),
  dest: z
    .string()
    .min(1)
    .optional()
    .describe(
      "The symbol of the chain to which this chain is notarised. Where it is absent, an assetchain is notarised to KMD, KMD to LTC, and any other chain not at all.",
    ),
  freq: z
    .int(FREQ)
    .min(2, FREQ)
    .max(100, FREQ)
    .optional()
    .describe(
      "How often the chain is notarised, in blocks. It has to be the same for all notaries. Where it is absent, it is Iguana's own: 5 if it is notarised to LTC, 100 for CHIPS and for symbols that begin with TEST, and otherwise 2.",
    ),
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
