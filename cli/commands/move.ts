import { Command } from "commander";
import type { MoveOptions } from "../move/options";

/** `dokomodo move` brings a chain with its data, or a notary's Iguana, to another host, with `pulumi up` in it. */
export function moveCommand(): Command {
  return new Command("move")
    .argument("<what>", "a chain's symbol with --with-data, or a notary's name")
    .requiredOption("--to <host>", "the host that it goes to")
    .option("--with-data", "copy the chain's volume straight from host to host")
    .option("--node <node>", "the notary or node, if several have the chain")
    .option("--stack <stack>", "the stack, if there are several")
    .option("--keep", "keep the old volume, without a question")
    .option("--yes", "ask nothing, and remove the old volume when the chain works on its new host")
    .addHelpText(
      "after",
      "\nA chain is copied while it runs. Then it is stopped, what has changed is copied, and every byte of both sides is " +
        "compared. Only then the config is changed and `pulumi up` is run. If it is broken off, the same command goes on, " +
        "and it says how to go back.\n\nA notary's Iguana is stopped before another one is made, so there are never two. " +
        "Its chains stay where they are.\n\nExamples:\n  dokomodo move KMD --to beta --with-data\n  dokomodo move east --to beta",
    )
    .action(async (what: string, options: MoveOptions) => {
      const { readStackFiles } = await import("../edit/stackFiles.ts");
      const files = readStackFiles(options.stack);
      const notary = files.stack.notaries.find(({ name }) => name === what);
      if (notary !== undefined && options.withData !== true) {
        const { moveNotary } = await import("../move/moveNotary.ts");
        return moveNotary(files, notary, options);
      }
      if (options.withData !== true) {
        throw new Error(
          `say --with-data to copy the data of ${what} to ${options.to}. \`dokomodo chain move ${what} --to ${options.to}\` changes the config alone: the chain then syncs again`,
        );
      }
      const { moveChainWithData } = await import("../move/moveChainWithData.ts");
      await moveChainWithData(files, what, options);
    });
}
