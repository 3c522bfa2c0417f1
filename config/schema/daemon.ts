import { z } from "zod";
import { daemonDefaults } from "../../chains/daemons";
import { daemonFlag, daemonWord, downloadsShape } from "../../chains/list/daemonShape";
import { absolutePath, image, memory, user } from "../../chains/list/values";
import { gibibytes, prefixes, requests } from "./values";

const komodo = daemonDefaults("komodod");
const litecoin = daemonDefaults("litecoind");

export const daemonSchema = z.strictObject({
  image: image
    .optional()
    .describe(
      "The image that the daemon runs in. It is required where dokomodo knows no image for the daemon, unless each chain of the daemon has an image of its own in the list of chains.",
    ),
  command: z
    .array(daemonWord)
    .min(1)
    .optional()
    .describe(
      "The entry point and the leading arguments. Where it is absent, they are the known ones of the daemon's usual image and of its mirrors (`mirror.example/komodoofficial/komodo`), and for other images the daemon's name.",
    ),
  user: user
    .optional()
    .describe(
      `The user in the image, as uid or uid:gid, and never root. Its processes' first group is one of dokomodo's own (docs/guide/security.md). Where it is absent, the user is ${komodo.user} for daemons of the Komodo family, and ${litecoin.user} for others.`,
    ),
  home: absolutePath
    .optional()
    .describe(
      `The user's home. The image need not have it. Where it is absent, the home is ${komodo.home} for daemons of the Komodo family. For others it is /home and the daemon's name without its d, such as ${litecoin.home}.`,
    ),
  flags: z
    .array(daemonFlag)
    .optional()
    .describe(
      `Flags for every chain of the daemon. They may not be flags that dokomodo sets itself, such as -datadir, -conf or -rpcbind, nor a -port or -rpcport that is not the chain's. Where it is absent, the flags are ${komodo.flags.join(" ")}.`,
    ),
  prefixes: prefixes
    .optional()
    .describe(
      "The version bytes of addresses and keys on the network that the daemon runs on, such as a regtest network. Where it is absent, each chain has its own.",
    ),
  memory: memory
    .optional()
    .describe(
      `The memory limit of each of the daemon's containers in MiB. Where it is absent, the limit is ${komodo.memoryMiB}.`,
    ),
  downloads: downloadsShape
    .optional()
    .describe(
      "Files that the daemon needs before it starts, in place of those that dokomodo knows of, such as the parameter files of komodod. `[]` is for an image that has them in its user's home (docs/guide/sync.md).",
    ),
  requests: requests
    .optional()
    .describe("What a scheduler reserves for each of the daemon's containers, on Kubernetes."),
  scratch: z
    .array(absolutePath)
    .optional()
    .describe(
      "Directories that the image writes to beside its data. They are for platforms where the root file system is read-only (Kubernetes), and are empty at each start. Where it is absent, there are none.",
    ),
  storage: gibibytes
    .optional()
    .describe(
      "The size of each chain's volume in GiB, on Kubernetes, for chains that `dokomodo:kubernetes.storage` does not name.",
    ),
});

export type DaemonSettings = z.infer<typeof daemonSchema>;
