import { Command } from "commander";

interface ExecOptions {
  readonly stack?: string | undefined;
  readonly node?: string | undefined;
}

/** `dokomodo exec` runs a command in a container of the stack, wherever it is. */
export function execCommand(): Command {
  return new Command("exec")
    .argument(
      "<what>",
      "a chain's symbol, iguana, agent, clients, or a workload; BEER:proxy means another of its containers",
    )
    .argument("[command...]", "the command with its arguments; a shell if absent")
    .option("--stack <stack>", "the stack, if there are several")
    .option("--node <node>", "the notary or node, if several have the chain")
    .passThroughOptions()
    .addHelpText(
      "after",
      "\nIt ends with the command's own exit code. Secrets do not belong into the arguments, because other users of " +
        "both machines see them; pass them through standard input.\n\nExamples:\n  dokomodo exec BEER\n  dokomodo exec LTC -- litecoin-cli getblockcount",
    )
    .action(async (name: string, command: readonly string[], options: ExecOptions) => {
      const { withRunningStack } = await import("../running/open.ts");
      await withRunningStack(options.stack, async ({ stack, operations }) => {
        const { partsOf } = await import("../running/parts.ts");
        const { findAnywhere, onlyTarget } = await import("../running/targets.ts");
        const { runIn } = await import("../running/exec.ts");
        const target = onlyTarget(name, await findAnywhere([name], partsOf(stack), options, operations));
        // Everything after the name is passed through, and so is the separator that may stand before the command.
        const given = command[0] === "--" ? command.slice(1) : command;
        process.exitCode = await runIn(
          target.container,
          given.length === 0 ? ["/bin/sh"] : given,
          operations,
        );
      });
    });
}
