import { Command, InvalidArgumentError } from "commander";
import { readAge } from "../age";

interface LogsOptions {
  readonly stack?: string | undefined;
  readonly node?: string | undefined;
  readonly host?: string | undefined;
  readonly follow?: true | undefined;
  readonly since?: Date | undefined;
  readonly tail?: number | undefined;
}

/** `dokomodo logs` prints what parts of a stack write, over all hosts. */
export function logsCommand(): Command {
  return new Command("logs")
    .argument(
      "[what...]",
      "a chain's symbol, iguana, agent, clients, witness, or a workload such as east-beer; BEER:proxy means another of its containers; everything if none is named",
    )
    .option("--stack <stack>", "the stack, if there are several")
    .option("--node <node>", "only what is of this notary or node")
    .option("--host <host>", "only what is on this host")
    .option("-f, --follow", "go on until Ctrl-C")
    .option(
      "--since <time>",
      "from this time on: 10m, 2h, 3d, or a time such as 2026-11-29T04:00:00Z",
      readAge,
    )
    .option("--tail <lines>", "at most so many of the last lines of each", readCount)
    .addHelpText(
      "after",
      "\nEach line begins with the name of its chain if there are several. Without --since and --tail the last 100 lines " +
        "of each are printed.\n\nExamples:\n  dokomodo logs BEER -f\n  dokomodo logs KMD:proxy iguana agent --since 1h",
    )
    .action(async (names: readonly string[], options: LogsOptions) => {
      const { withRunningStack } = await import("../running/open.ts");
      await withRunningStack(options.stack, async ({ stack, operations }) => {
        const { partsOf } = await import("../running/parts.ts");
        const { findAnywhere } = await import("../running/targets.ts");
        const { printLogs } = await import("../running/logs.ts");
        const { untilInterrupted } = await import("../terminal.ts");
        const targets = await findAnywhere(names, partsOf(stack), options, operations);
        const failures = await printLogs(targets, operations, process.stdout, {
          follow: options.follow === true,
          since: options.since,
          tail: options.tail ?? (options.since === undefined ? USUAL_TAIL : undefined),
          signal: untilInterrupted().signal,
        });
        if (failures.length > 0) throw new Error(failures.join("\n"));
      });
    });
}

const USUAL_TAIL = 100;

function readCount(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("It is a whole number of lines, such as 100.");
  return Number(text);
}
