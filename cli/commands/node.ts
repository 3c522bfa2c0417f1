import { Command, InvalidArgumentError } from "commander";
import { carryOut, type EditOptions, withEditOptions } from "../edit/carryOut";
import { addNode, removeNode } from "../edit/nodeEdits";
import { NOTARIES, placedChains, readStackFiles } from "../edit/stackFiles";
import { printRows } from "../table";

interface AddOptions extends EditOptions {
  readonly host?: string | undefined;
  readonly chains: readonly string[];
  readonly portOffset?: number | undefined;
}

interface ListOptions {
  readonly stack?: string | undefined;
  readonly json?: true | undefined;
}

/** `dokomodo node` changes the notaries and nodes of a stack. */
export function nodeCommand(): Command {
  return new Command("node").addCommand(addCommand()).addCommand(removeCommand()).addCommand(listCommand());
}

function addCommand(): Command {
  const command = new Command("add")
    .description("add a node without Iguana to the stack")
    .argument("<node>", "the node's name")
    .requiredOption("--chains <names...>", "symbols and sets of chains")
    .option("--host <host>", "where its chains run; the only host if absent")
    .option(
      "--port-offset <number>",
      "how much higher its published ports are, so that it can be on a host with another node",
      readWhole,
    );
  return withEditOptions(command)
    .addHelpText(
      "after",
      "\nExample:\n  dokomodo node add explorer --host beta --chains KMD CCL\n\nA stack of its own comes with dokomodo init. A notary is written by hand (docs/guide/notaries.md).",
    )
    .action(async (name: string, { host, chains, portOffset, ...options }: AddOptions) => {
      const files = readStackFiles(options.stack);
      await carryOut(files, addNode(files, { name, host, chains, portOffset }), options);
    });
}

function readWhole(text: string): number {
  if (!/^\d{1,5}$/.test(text)) throw new InvalidArgumentError("It is a whole number from 0 to 50000.");
  return Number(text);
}

function removeCommand(): Command {
  const command = new Command("remove")
    .description("take a notary or node out of the stack, with its passphrase; its volumes stay")
    .argument("<node>", "the name of the notary or node");
  return withEditOptions(command)
    .addHelpText("after", "\nExample:\n  dokomodo node remove explorer --dry-run")
    .action(async (name: string, options: EditOptions) => {
      const files = readStackFiles(options.stack);
      await carryOut(files, removeNode(files, name), options);
    });
}

function listCommand(): Command {
  return new Command("list")
    .description("show the stack's notaries and nodes with their chains")
    .option("--stack <stack>", "the stack, if there are several")
    .option("--json", "print a list of objects")
    .addHelpText("after", "\nExample:\n  dokomodo node list --json")
    .action(({ stack, json }: ListOptions) => {
      const files = readStackFiles(stack);
      const chains = placedChains(files);
      const rows = files.entries.map(({ name, host, path, clients }) => ({
        node: name,
        kind: path.includes(NOTARIES) ? "notary" : "node",
        host,
        chains: chains.filter((each) => each.node === name).map(({ symbol }) => symbol),
        clients: clients.map((client) => client.name),
      }));
      printRows(rows, json === true, ["name", "kind", "host", "chains", "clients"], (row) => [
        row.node,
        row.kind,
        row.host,
        row.chains.join(" "),
        row.clients.join(" "),
      ]);
    });
}
