import { z } from "zod";
import { isOwnFlag, ownFlagPhrase } from "../../chains/ownFlags";
import { absolutePath, gibibytes, image, memory, prefixes, requests, user } from "./values";

/** A text that is none of the flags which dokomodo decides; a chain's own directory comes from its home and its conf. */
function notOwn(text: z.ZodString): z.ZodString {
  return text.refine((flag) => !isOwnFlag(flag, ["datadir"]), {
    error: ({ input }) => ownFlagPhrase(String(input)),
  });
}

export const daemonSchema = z.strictObject({
  image: image.optional(),
  command: z
    .array(notOwn(z.string().min(1)))
    .min(1)
    .optional(),
  user: user.optional(),
  home: absolutePath.optional(),
  flags: z.array(notOwn(z.string().regex(/^-[^\s-]\S*$/, "a flag that begins with one -"))).optional(),
  /** Address prefixes of the network that this daemon runs on, instead of each chain's own. */
  prefixes: prefixes.optional(),
  /** MiB for each chain of this daemon. */
  memory: memory.optional(),
  /** What a scheduler counts with for each chain of this daemon. */
  requests: requests.optional(),
  /** Directories that its image writes to beside its data, where the root is read-only; empty at each start. */
  scratch: z.array(absolutePath).optional(),
  /** GiB of each chain's volume on Kubernetes. */
  storage: gibibytes.optional(),
});

export type DaemonSettings = z.infer<typeof daemonSchema>;
