import { Command } from "commander";
import type { RestoreRequest } from "../backup/runRestore";

/** `dokomodo restore` gives daemons the wallets, or all the data, of a backup. */
export function restoreCommand(): Command {
  return new Command("restore")
    .argument("<chain...>", "chains' symbols, or east/BEER if several nodes have one; `all` for all of them")
    .option("--at <id>", "a backup of `dokomodo backup --list`; the newest if absent")
    .option("--with-blocks", "all of the daemon's data, from a backup that has it")
    .option("--yes", "ask no question")
    .option("--stack <stack>", "the stack, if there are several")
    .option("--node <node>", "only the daemons of this notary or node")
    .addHelpText(
      "after",
      "\nA backup is brought into the daemon's volume and compared while the daemon runs. Then the daemon restarts, and takes\n" +
        "it by renames. What was there before stays in .dokomodo-backup/before of the volume until the next restore.\n" +
        "A repository of another notary, a damaged one, or one with another password is refused before anything is touched.\n\n" +
        "Examples:\n  dokomodo restore BEER\n  dokomodo restore all --yes\n  dokomodo restore KMD --with-blocks --at 1f3a9c22",
    )
    .action(async (names: string[], options: RestoreRequest) => {
      const { runRestore } = await import("../backup/runRestore.ts");
      await runRestore(names, options);
    });
}
