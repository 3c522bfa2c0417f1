import { Command } from "commander";

interface ReindexOptions {
  readonly stack?: string | undefined;
  readonly node?: string | undefined;
  readonly rescan?: true | undefined;
  readonly yes?: true | undefined;
}

/** `dokomodo reindex` lets a daemon read all its blocks again, once and without a change of the config. */
export function reindexCommand(): Command {
  return new Command("reindex")
    .argument("<chain>", "a chain's symbol, or east/BEER if several nodes have it")
    .option("--rescan", "only look through the blocks for the wallet's coins")
    .option("--yes", "ask no question")
    .option("--stack <stack>", "the stack, if there are several")
    .option("--node <node>", "the notary or node, if several have the chain")
    .addHelpText(
      "after",
      "\nThe daemon is stopped cleanly and started once with -reindex or -rescan. That takes hours for a chain that is " +
        "years old. Until it is through, the chain is behind or does not answer, and it is not notarised.\n\n" +
        "Examples:\n  dokomodo reindex BEER\n  dokomodo reindex LTC --rescan --yes",
    )
    .action(async (name: string, options: ReindexOptions) => {
      const { withRunningStack } = await import("../running/open.ts");
      await withRunningStack(options.stack, async ({ stack, operations }) => {
        const { partsOf } = await import("../running/parts.ts");
        const { findChain } = await import("../running/chainTarget.ts");
        const { leaveOnceWord } = await import("../running/reindex.ts");
        const { power } = await import("../running/power.ts");
        const { tellProgress, untilInterrupted } = await import("../terminal.ts");
        const { confirm } = await import("../confirm.ts");
        const target = findChain(name, stack, partsOf(stack), options);
        const { title } = target;
        const word = options.rescan ? "-rescan" : "-reindex";
        const what = options.rescan
          ? "looks through all its blocks for its wallet's coins"
          : "reads all its blocks again";
        process.stdout.write(
          `${title} is stopped cleanly, and then ${what}. That takes hours for a chain that is years old. Until it is ` +
            "through, the chain is behind or does not answer, and it is not notarised.\n",
        );
        if (options.yes !== true && !(await confirm(`Restart ${title} with ${word}?`))) {
          process.stdout.write("Nothing was done.\n");
          return;
        }
        const { signal } = untilInterrupted();
        const tell = tellProgress();
        await leaveOnceWord(target, word, operations, { signal, tell });
        await power("restart", [target], operations, { signal, tell });
        process.stdout.write(
          `${title}: ${what}. Follow it with \`dokomodo logs ${title} -f\` and \`dokomodo status ${target.part.label} --watch\`.\n`,
        );
      });
    });
}
