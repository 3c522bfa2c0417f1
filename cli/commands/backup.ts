import { Command, Option } from "commander";
import type { BackupRequest } from "../backup/run";

/** `dokomodo backup` keeps wallets and the stack's own files, or shows what is kept. */
export function backupCommand(): Command {
  return new Command("backup")
    .argument("[chain...]", "chains' symbols, or east/BEER if several nodes have one; all if absent")
    .option(
      "--stopped",
      "stop each daemon cleanly and read its wallet, instead of asking the daemon for a copy",
    )
    .addOption(
      new Option("--with-blocks", "stop each daemon cleanly and keep all of its data").conflicts("stopped"),
    )
    .addOption(
      new Option("--list", "only show which backups there are").conflicts(["stopped", "withBlocks", "check"]),
    )
    .addOption(new Option("--check", "only read all that is kept, and find out whether it is whole"))
    .option("--json", "with --list: print a list of objects")
    .option("--stack <stack>", "the stack, if there are several")
    .option("--node <node>", "only the daemons of this notary or node")
    .addHelpText(
      "after",
      "\nWithout names it keeps the wallets of all daemons, and the stack's state, config and list of chains. No daemon\n" +
        "stops, unless --stopped or --with-blocks is said. dokomodo:backup says where to (docs/guide/backup.md).\n\n" +
        "Exit codes: 0 all is kept, 1 nothing was tried, 2 something is not kept, or is older than the config wants it.\n\n" +
        "Examples:\n  dokomodo backup\n  dokomodo backup KMD --with-blocks\n  dokomodo backup --list",
    )
    .action(async (names: string[], options: BackupRequest) => {
      const { runBackup } = await import("../backup/run.ts");
      const isKept = await runBackup(names, options);
      if (!isKept) process.exitCode = 2;
    });
}
