import { Command } from "commander";
import { type CarefulOptions, withCarefulOptions } from "../rollOut/options";

interface UpgradeOptions extends CarefulOptions {
  readonly image: string;
}

/** Seconds for which the first workload in a new image is watched. A daemon that cannot read its data ends within them. */
const WATCH_SECONDS = 60;

/** `dokomodo upgrade` gives all chains of a daemon, or Iguana, another image: one chain first, and then the others. */
export function upgradeCommand(): Command {
  const command = new Command("upgrade")
    .argument("<what>", "a daemon's name, such as komodod, or iguana")
    .requiredOption("--image <image>", "the new image; outside of development stacks with its digest");
  return withCarefulOptions(command, WATCH_SECONDS)
    .addHelpText(
      "after",
      "\nIt shows the plan and asks, writes the image into the stack's file, and runs `pulumi up`: the image is pulled on\n" +
        "all hosts, one chain is replaced and watched, and then the others. It stops at the first one that does not come\n" +
        "back. Ctrl-C ends it after what has begun. `dokomodo rollback` goes back.\n\n" +
        "Example:\n  dokomodo upgrade komodod --image komodoofficial/komodo:0.9.1@sha256:… --canary BEER --watch 300",
    )
    .action(async (what: string, options: UpgradeOptions) => {
      const { readStackFiles } = await import("../edit/stackFiles.ts");
      const { changeImages, wayBackOf } = await import("../rollOut/imageChange.ts");
      const { requireUsed } = await import("../rollOut/images.ts");
      const from = readStackFiles(options.stack);
      requireUsed(what, from.stack);
      const images = new Map([[what, options.image]]);
      await changeImages(from, images, options, wayBackOf([what], from.name));
    });
}
