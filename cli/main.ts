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
    name: "backup",
    description: "keep wallets and the stack's own files where the config says, or see what is kept",
    load: async () => (await import("./commands/backup.ts")).backupCommand(),
  },
  {
    name: "balance",
    description: "see the coins and notary UTXOs of the nodes' keys on each chain",
    load: async () => (await import("./commands/balance.ts")).balanceCommand(),
  },
  {
    name: "chain",
    description: "change which chains the stack's notaries and nodes have, and where",
    load: async () => (await import("./commands/chain.ts")).chainCommand(),
  },
  {
    name: "chains",
    description: "print the chains of the list with their computed ports",
    load: async () => (await import("./commands/chains.ts")).chainsCommand(),
  },
  {
    name: "client",
    description: "change who may call chains from elsewhere, and write the files that they need",
    load: async () => (await import("./commands/client.ts")).clientCommand(),
  },
  {
    name: "completion",
    description: "print the script with which a shell completes this command",
    load: async () => (await import("./commands/completion.ts")).completionCommand(),
  },
  {
    name: "consolidate",
    description: "merge the many small coins of a node's key on a chain into one",
    load: async () => (await import("./commands/coins.ts")).consolidateCommand(),
  },
  {
    name: "doctor",
    description: "find out why a chain does not sync or notarise, and what to do",
    load: async () => (await import("./commands/doctor.ts")).doctorCommand(),
  },
  {
    name: "drill",
    description: "restore daemons beside those that run, find out whether they come back, and remove them",
    load: async () => (await import("./commands/drill.ts")).drillCommand(),
  },
  {
    name: "exec",
    description: "run a command in a container of the stack, wherever it is",
    load: async () => (await import("./commands/exec.ts")).execCommand(),
  },
  {
    name: "host",
    description: "change the stack's hosts",
    load: async () => (await import("./commands/host.ts")).hostCommand(),
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
    name: "logs",
    description: "print what chains, Iguana and others write, over all hosts",
    load: async () => (await import("./commands/logs.ts")).logsCommand(),
  },
  {
    name: "move",
    description: "bring a chain with its data, or a notary's Iguana, to another host",
    load: async () => (await import("./commands/move.ts")).moveCommand(),
  },
  {
    name: "node",
    description: "change the stack's notaries and nodes",
    load: async () => (await import("./commands/node.ts")).nodeCommand(),
  },
  {
    name: "preview",
    description: "see what an up would do to daemons, data and secrets, for people and pull requests",
    load: async () => (await import("./commands/preview.ts")).previewCommand(),
  },
  {
    name: "reindex",
    description: "let a chain's daemon read all its blocks again, or only look through them for its wallet",
    load: async () => (await import("./commands/reindex.ts")).reindexCommand(),
  },
  {
    name: "restart",
    description: "stop chains, Iguana or others cleanly and start them again, one after the other",
    load: async () => (await import("./commands/power.ts")).restartCommand(),
  },
  {
    name: "restore",
    description: "give daemons the wallets, or all the data, of a backup",
    load: async () => (await import("./commands/restore.ts")).restoreCommand(),
  },
  {
    name: "rollback",
    description: "give a daemon, Iguana or both the image that ran before",
    load: async () => (await import("./commands/rollback.ts")).rollbackCommand(),
  },
  {
    name: "rotate",
    description: "give chains new RPC passwords, or the links of a node a new authority",
    load: async () => (await import("./commands/rotate.ts")).rotateCommand(),
  },
  {
    name: "rpc",
    description: "call a chain's daemon from this machine, over mutual TLS",
    load: async () => (await import("./commands/rpc.ts")).rpcCommand(),
  },
  {
    name: "split",
    description: "make notary UTXOs out of other coins, up to a number",
    load: async () => (await import("./commands/coins.ts")).splitCommand(),
  },
  {
    name: "start",
    description: "start what was stopped, one after the other",
    load: async () => (await import("./commands/power.ts")).startCommand(),
  },
  {
    name: "status",
    description: "see how the stack's hosts, Iguanas and chains are",
    load: async () => (await import("./commands/status.ts")).statusCommand(),
  },
  {
    name: "stop",
    description: "stop chains, Iguana or others cleanly, one after the other",
    load: async () => (await import("./commands/power.ts")).stopCommand(),
  },
  {
    name: "unlock",
    description: "see who holds the stack's lock, and go on where a run was interrupted",
    load: async () => (await import("./commands/unlock.ts")).unlockCommand(),
  },
  {
    name: "upgrade",
    description: "give all chains of a daemon, or Iguana, another image: one first, and then the others",
    load: async () => (await import("./commands/upgrade.ts")).upgradeCommand(),
  },
];

/**
 * `dokomodo` with its commands.
 * @param wanted the command to load; all of them if absent. The others have their names and descriptions only
 */
export async function operatorsCommand(wanted?: string): Promise<Command> {
  const program = new Command("dokomodo")
    .description("Komodo notary nodes from one yaml of chains")
    // `exec` passes options on to the command that it runs.
    .enablePositionalOptions()
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

/** What the script of `dokomodo completion` calls, with the words of the line after `--`. It is in no help. */
const COMPLETE = "complete";

/** The command that the arguments name: of `dokomodo help chains` it is `chains`. */
function wantedCommand(args: readonly string[]): string {
  const [first = "", second = ""] = args.filter((arg) => !arg.startsWith("-"));
  return first === "help" ? second : first;
}

/** Runs the operator's command. An error goes to standard error, without a stack trace, and makes the exit code 1. */
export async function main(argv: readonly string[]): Promise<void> {
  const args = argv.slice(2);
  try {
    if (args[0] === COMPLETE) {
      const { complete } = await import("./completion/complete.ts");
      return complete(args.slice(args.indexOf("--") + 1), operatorsCommand);
    }
    const program = await operatorsCommand(wantedCommand(args));
    await program.parseAsync(argv);
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    process.exitCode = 1;
  }
}
