import { Command } from "commander";
import { messageOf } from "../input/messageOf";
import { chainsCommand } from "./commands/chains";
import { clientCommand } from "./commands/client";
import { hostsCommand } from "./commands/hosts";
import { iguanaCommand } from "./commands/iguana";
import { imagesCommand } from "./commands/images";
import { initCommand } from "./commands/init";
import { keysCommand } from "./commands/keys";
import { rpcCommand } from "./commands/rpc";

/** `dokomodo` with all of its commands. */
export function operatorsCommand(): Command {
  return new Command("dokomodo")
    .description("Komodo notary nodes from one yaml of chains")
    .addCommand(chainsCommand())
    .addCommand(clientCommand())
    .addCommand(hostsCommand())
    .addCommand(iguanaCommand())
    .addCommand(imagesCommand())
    .addCommand(initCommand())
    .addCommand(keysCommand())
    .addCommand(rpcCommand());
}

/** Runs the operator's command. An error goes to standard error, without a stack trace, and makes the exit code 1. */
export async function main(argv: readonly string[]): Promise<void> {
  try {
    await operatorsCommand().parseAsync(argv);
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    process.exitCode = 1;
  }
}
