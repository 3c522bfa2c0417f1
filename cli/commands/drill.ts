import { Command, InvalidArgumentError } from "commander";
import type { DrillRequest } from "../drill/drill";
import { SOMETHING_IS_BAD } from "../terminal";

/** `dokomodo drill` restores daemons beside those that run, and says whether they came back. */
export function drillCommand(): Command {
  return new Command("drill")
    .argument("[chain...]", "chains' symbols, or east/BEER if several nodes have one; all if absent")
    .option("--with-blocks", "restore all of the daemons' data, from backups that have it")
    .option("--host <host>", "where all of them are restored; each on its own daemon's host if absent")
    .option("--minutes <count>", "how long it may take", count, 120)
    .option("--remove", "only remove what a drill left that was broken off")
    .option("--json", "print an object (docs/reference/drill.schema.json)")
    .option("--stack <stack>", "the stack, if there are several")
    .option("--node <node>", "only the daemons of this notary or node")
    .addHelpText(
      "after",
      "\nBrings up a throw-away stack beside the one that runs: on the same hosts with other names, ports and volumes, or in a\n" +
        "namespace of its own. It has no Iguana and no key. Each daemon gets its newest backup, starts with it, and is asked for\n" +
        "its height, its balance and the node's key. Then all of it is removed. It needs the memory of these daemons once more.\n\n" +
        "Exit codes: 0 every chain came back, 1 nothing was tried, 2 a chain did not come back.\n\n" +
        "Examples:\n  dokomodo drill\n  dokomodo drill BEER --with-blocks\n  dokomodo drill --host spare --json",
    )
    .action(async (names: string[], options: DrillRequest) => {
      const { runDrill } = await import("../drill/drill.ts");
      if (!(await runDrill(names, options))) process.exitCode = SOMETHING_IS_BAD;
    });
}

function count(text: string): number {
  if (!/^[1-9]\d{0,4}$/.test(text)) throw new InvalidArgumentError("It is a whole number of minutes.");
  return Number(text);
}
