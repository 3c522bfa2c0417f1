import { Command, InvalidArgumentError } from "commander";
import { type EditOptions, type ListOptions, withEditOptions, withListOptions } from "../edit/editOptions";
import type { AddOptions } from "../edit/nodeActions";

const actions = () => import("../edit/nodeActions.ts");

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
    .action(async (name: string, options: AddOptions) => (await actions()).add(name, options));
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
    .action(async (name: string, options: EditOptions) => (await actions()).remove(name, options));
}

function listCommand(): Command {
  return withListOptions(
    new Command("list").description("show the stack's notaries and nodes with their chains"),
  )
    .addHelpText("after", "\nExample:\n  dokomodo node list --json")
    .action(async (options: ListOptions) => (await actions()).list(options));
}
