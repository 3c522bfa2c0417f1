import { setTimeout as sleep } from "node:timers/promises";
import { Command } from "commander";

interface StatusOptions {
  readonly stack?: string | undefined;
  readonly watch?: true | undefined;
  readonly json?: true | undefined;
}

const WATCH_MILLISECONDS = 2000;
/** Takes the cursor to the first line, and clears the rest of the terminal. */
const CLEARED = "\u001b[H\u001b[J";

/** `dokomodo status` shows all that runs of a stack. */
export function statusCommand(): Command {
  return new Command("status")
    .argument(
      "[chain...]",
      "symbols of chains; all of the stack, with its Iguanas and hosts, if none is named",
    )
    .option("--stack <stack>", "the stack, if there are several")
    .option("--watch", "show it again every 2 s, until Ctrl-C")
    .option("--json", "print an object (docs/reference/status.schema.json); with --watch one on each line")
    .addHelpText(
      "after",
      "\nIt changes nothing, and needs neither Pulumi nor the stack's passphrase. It ends with 2 if something is bad, and " +
        "with 0 if nothing is.\n\nExamples:\n  dokomodo status\n  dokomodo status KMD BEER --watch\n  dokomodo status --json | jq '.chains[] | select(.level == \"bad\")'",
    )
    .action(async (symbols: readonly string[], { stack: asked, watch, json }: StatusOptions) => {
      const { withRunningStack } = await import("../running/open.ts");
      await withRunningStack(asked, async (running) => {
        const { checkSymbols, readStatus } = await import("../status/read.ts");
        const { statusText } = await import("../status/table.ts");
        const { painter, SOMETHING_IS_BAD, untilInterrupted } = await import("../terminal.ts");
        checkSymbols(running.stack, symbols);
        const paint = painter(process.stdout.isTTY);
        const interrupted = untilInterrupted();
        for (;;) {
          const report = await readStatus(running, symbols);
          const text = json ? JSON.stringify(report, undefined, watch ? 0 : 2) : statusText(report, paint);
          const isRedrawn = watch === true && process.stdout.isTTY && json !== true;
          process.stdout.write(`${isRedrawn ? CLEARED : ""}${text}\n`);
          process.exitCode = report.level === "bad" ? SOMETHING_IS_BAD : 0;
          if (watch !== true || interrupted.signal.aborted) return;
          await sleep(WATCH_MILLISECONDS, undefined, { signal: interrupted.signal }).catch(() => {});
          if (interrupted.signal.aborted) return;
        }
      });
    });
}
