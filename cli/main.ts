import { Command } from "commander";
import { messageOf } from "../input/messageOf";

/** A command of `dokomodo`. What it is made of is loaded when it is asked for. */
interface Entry {
  readonly name: string;
  readonly description: string;
  readonly load: () => Promise<Command>;
}

const ENTRIES: readonly Entry[] = [
  {
    name: "chains",
    description: "print the chains of the list with their computed ports",
    load: async () => (await import("./commands/chains.ts")).chainsCommand(),
  },
  {
    name: "client",
    description: "write the certificate, the key and a ready HAProxy configuration for a client of a node",
    load: async () => (await import("./commands/client.ts")).clientCommand(),
  },
  {
    name: "hosts",
    description: "see whether the stack's hosts answer",
    load: async () => (await import("./commands/hosts.ts")).hostsCommand(),
  },
  {
    name: "iguana",
    description: "call a notary's Iguana from this machine, over mutual TLS",
    load: async () => (await import("./commands/iguana.ts")).iguanaCommand(),
  },
  {
    name: "images",
    description: "work on the images of a stack",
    load: async () => (await import("./commands/images.ts")).imagesCommand(),
  },
  {
    name: "init",
    description:
      "make a stack with one node or notary: ask for its passphrase, write its file, show the plan",
    load: async () => (await import("./commands/init.ts")).initCommand(),
  },
  {
    name: "keys",
    description: "read a passphrase from standard input and print its public key and address",
    load: async () => (await import("./commands/keys.ts")).keysCommand(),
  },
  {
    name: "rpc",
    description: "call a chain's daemon from this machine, over mutual TLS",
    load: async () => (await import("./commands/rpc.ts")).rpcCommand(),
  },
];

/**
 * `dokomodo` with its commands.
 * @param wanted the command to load; all of them if absent. The others have their names and descriptions only
 */
export async function operatorsCommand(wanted?: string): Promise<Command> {
  const program = new Command("dokomodo")
    .description("Komodo notary nodes from one yaml of chains")
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .addHelpText(
      "after",
      "\nExample:\n  dokomodo chains --json\n\n`dokomodo <command> --help` has an example of each command.",
    );
  for (const { name, description, load } of ENTRIES) {
    const isLoaded = wanted === undefined || wanted === name;
    program.addCommand((isLoaded ? await load() : new Command(name)).description(description));
  }
  return program;
}

/** The command that the arguments name: of `dokomodo help chains` it is `chains`. */
function wantedCommand(args: readonly string[]): string {
  const [first = "", second = ""] = args.filter((arg) => !arg.startsWith("-"));
  return first === "help" ? second : first;
}

/** Runs the operator's command. An error goes to standard error, without a stack trace, and makes the exit code 1. */
export async function main(argv: readonly string[]): Promise<void> {
  try {
    const program = await operatorsCommand(wantedCommand(argv.slice(2)));
    await program.parseAsync(argv);
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    process.exitCode = 1;
  }
}
