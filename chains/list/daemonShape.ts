import { z } from "zod";
import { isOwnFlag, ownFlagPhrase } from "../ownFlags";
import { absolutePath, httpUrl, image, memory, sha256, user } from "./values";

const PATH = "a path under the daemon's home such as .zcash-params/sapling-spend.params, without ..";

/** A text that is no flag which dokomodo decides. A chain's own directory follows from its home and its conf. */
function notOwn(text: z.ZodString): z.ZodString {
  return text.refine((flag) => !isOwnFlag(flag, ["datadir"]), {
    error: ({ input }) => ownFlagPhrase(String(input)),
  });
}

/** A file that a daemon needs before it starts. */
const downloadShape = z.strictObject({
  path: z
    .string()
    .regex(/^(?!.*(^|\/)\.{1,2}(\/|$))([A-Za-z0-9._-]+\/)+[A-Za-z0-9._-]+$/, PATH)
    .describe("Where the daemon looks for the file, under its user's home."),
  sha256: sha256.describe("The SHA-256 of the file, in hex. A file with another one is never used."),
  bytes: z.int("a number of bytes").min(1, "a number of bytes").describe("The length of the file in bytes."),
  sources: z
    .array(httpUrl)
    .describe(
      "The URLs that have the file. They are tried in this order, after `dokomodo:downloads` of the stack.",
    ),
});

export const downloadsShape = z
  .array(downloadShape)
  .refine(
    (files) => new Set(files.map(({ path }) => path)).size === files.length,
    "files with paths of their own",
  );

export const daemonFlag = notOwn(z.string().regex(/^-[^\s-]\S*$/, "a flag that begins with one -"));
export const daemonWord = notOwn(z.string().min(1));

/** A daemon of the list of chains (`daemons:`), keyed by its name. */
export const daemonShape = z.strictObject({
  image: image.optional().describe("The image that the daemon runs in where the stack's config states none."),
  command: z
    .array(daemonWord)
    .min(1)
    .optional()
    .describe(
      "The entry point and the leading arguments in `image`. Where it is absent, and in any other image, the entry point is the daemon's name.",
    ),
  user: user
    .optional()
    .describe(
      "The user that the daemon runs as, as uid or uid:gid, and never root. Where it is absent, it is 1000:1000.",
    ),
  home: absolutePath
    .optional()
    .describe(
      "The home of the daemon's user. The image need not have it. Where it is absent, it is /home and the daemon's name without its d.",
    ),
  flags: z
    .array(daemonFlag)
    .optional()
    .describe("Flags for every chain of the daemon. Where it is absent, the flags are -printtoconsole."),
  publicKey: z
    .boolean()
    .optional()
    .describe(
      "Whether the daemon takes `-pubkey`, as the Komodo family does. Where it is absent, it does not.",
    ),
  exportDirectory: z
    .boolean()
    .optional()
    .describe(
      "Whether the daemon copies its wallet only into the directory of `-exportdir`, as daemons that come from Zcash do. Where it is absent, it does not.",
    ),
  blocks: z
    .enum(["zcash", "bitcoin"])
    .optional()
    .describe(
      "The form of the daemon's blocks and transactions, which Iguana is told. Where it is absent, it is `bitcoin`.",
    ),
  memory: memory
    .optional()
    .describe("The memory limit of each of the daemon's containers in MiB. Where it is absent, it is 4096."),
  downloads: downloadsShape
    .optional()
    .describe("Files that the daemon needs before it starts. Where it is absent, there are none."),
});

export type DaemonValues = z.output<typeof daemonShape>;
