import { Command } from "commander";

interface UnlockCommandOptions {
  readonly stack?: string | undefined;
  readonly yes?: true | undefined;
}

/** `dokomodo unlock` says who holds a stack's lock, and goes on where a run was interrupted. */
export function unlockCommand(): Command {
  return new Command("unlock")
    .option("--stack <stack>", "the stack, if there are several")
    .option("--yes", "also lift a lock of another machine, on which the process has ended")
    .addHelpText(
      "after",
      "\nPulumi locks a stack while it works on it. A run that was killed leaves its lock behind. This says who has it and\n" +
        "since when. If the process was on this machine and has ended, the lock is lifted, and what the run left half done is\n" +
        "mended: containers that it had begun to make are removed, and the state is compared with what is there. Volumes\n" +
        "stay. The next `pulumi up` does the rest.\n\nExit codes: 0 the stack is free, 2 it is still locked.\n\n" +
        "Example:\n  dokomodo unlock --stack east",
    )
    .action(async ({ stack: asked, yes }: UnlockCommandOptions) => {
      const { stackHere } = await import("../pulumi.ts");
      const { chooseStack } = await import("../stack.ts");
      const { openLeftovers } = await import("../unlock/leftovers.ts");
      const { lift, mend } = await import("../unlock/unlock.ts");
      const { name } = chooseStack({ asked });
      const say = (line: string) => process.stdout.write(`${line}\n`);
      const command = stackHere(name);
      if (!(await lift(command, say, { yes }))) {
        process.exitCode = 2;
        return;
      }
      const isMended = await mend(command, () => openLeftovers(command), say);
      say(
        isMended
          ? `Mended. \`pulumi up --stack ${name}\` does the rest.`
          : `Stack ${name} is free, and nothing was left half done.`,
      );
    });
}
