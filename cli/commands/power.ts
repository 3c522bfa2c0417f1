import { Command } from "commander";
import type { Verb } from "../running/power";

interface PowerOptions {
  readonly stack?: string | undefined;
  readonly node?: string | undefined;
  readonly host?: string | undefined;
}

/** `dokomodo stop`, which ends daemons as they want to be ended. */
export function stopCommand(): Command {
  return powerCommand(
    "stop",
    "\nEach daemon gets the time that it needs to write what it holds. It stays stopped, also over a reboot, until " +
      "`dokomodo start` or a `pulumi up` that changes it. Those that call others are stopped first. Ctrl-C stops the " +
      "waiting, and no further daemon is told to end.\n\nExamples:\n  dokomodo stop BEER PIZZA\n  dokomodo stop --host alpha",
  );
}

/** `dokomodo start`, which starts what was stopped. */
export function startCommand(): Command {
  return powerCommand(
    "start",
    "\nThose that are called by others are started first, and the next follows when the last takes calls.\n\n" +
      "Example:\n  dokomodo start --host alpha",
  );
}

/** `dokomodo restart`, which stops a daemon cleanly and starts it again. */
export function restartCommand(): Command {
  return powerCommand(
    "restart",
    "\nThe next one is stopped when the last takes calls again, so never are both ends of a link away.\n\n" +
      "Example:\n  dokomodo restart KMD BEER",
  );
}

function powerCommand(verb: Verb, help: string): Command {
  return new Command(verb)
    .argument(
      "[what...]",
      "a chain's symbol, iguana, agent, clients, witness, or a workload such as east-beer",
    )
    .option("--stack <stack>", "the stack, if there are several")
    .option("--node <node>", "only what is of this notary or node; all of it if nothing is named")
    .option("--host <host>", "only what is on this host; all of it if nothing is named")
    .addHelpText("after", help)
    .action(async (names: readonly string[], options: PowerOptions) => {
      if (names.length === 0 && options.host === undefined && options.node === undefined)
        throw new Error(`name what to ${verb}, or give --host or --node`);
      const { withRunningStack } = await import("../running/open.ts");
      await withRunningStack(options.stack, async ({ stack, operations }) => {
        const { partsOf } = await import("../running/parts.ts");
        const { findTargets } = await import("../running/targets.ts");
        const { ownWorkloads, power } = await import("../running/power.ts");
        const { tellProgress, untilInterrupted } = await import("../terminal.ts");
        const targets = ownWorkloads(findTargets(names, partsOf(stack), options));
        const { signal } = untilInterrupted();
        await power(verb, targets, operations, { signal, tell: tellProgress() });
      });
    });
}
