import { Command } from "commander";
import { chainsCommand } from "./commands/chains";
import { hostsCommand } from "./commands/hosts";
import { iguanaCommand } from "./commands/iguana";
import { imagesCommand } from "./commands/images";
import { keysCommand } from "./commands/keys";

/** `dokomodo` with all of its commands. */
export function operatorsCommand(): Command {
  return new Command("dokomodo")
    .description("Komodo notary nodes from one yaml of chains")
    .addCommand(chainsCommand())
    .addCommand(hostsCommand())
    .addCommand(iguanaCommand())
    .addCommand(imagesCommand())
    .addCommand(keysCommand());
}

/** Runs the operator's command; what goes wrong is said on standard error, with exit code 1 and no other output. */
export async function main(argv: readonly string[]): Promise<void> {
  try {
    await operatorsCommand().parseAsync(argv);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
