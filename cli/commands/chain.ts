import { Command } from "commander";
import type { AddOptions, MoveOptions, RemoveOptions } from "../edit/chainActions";
import { type ListOptions, withEditOptions, withListOptions } from "../edit/editOptions";

const NODE = ["--node <node>", "the notary or node, if there are several"] as const;
const actions = () => import("../edit/chainActions.ts");

/** `dokomodo chain` changes which chains a stack's notaries and nodes have, and where. */
export function chainCommand(): Command {
  return new Command("chain")
    .addCommand(addCommand())
    .addCommand(removeCommand())
    .addCommand(moveCommand())
    .addCommand(listCommand());
}

function addCommand(): Command {
  const command = new Command("add")
    .description("give a notary or node one more chain")
    .argument("<chain>", "the chain's symbol")
    .option(...NODE)
    .option("--host <host>", "where it runs; the node's own host if absent")
    .option(
      "--from <list>",
      "take the chain's entry into the list of chains from another list: a path or https:// URL of komodo's assetchains.json",
    );
  return withEditOptions(command)
    .addHelpText(
      "after",
      "\nExamples:\n  dokomodo chain add BEER --host beta --preview\n  dokomodo chain add TOKEL --from ./komodo/src/assetchains.json",
    )
    .action(async (symbol: string, options: AddOptions) => (await actions()).add(symbol, options));
}

function removeCommand(): Command {
  const command = new Command("remove")
    .description("take a chain from a notary or node; its volume stays")
    .argument("<chain>", "the chain's symbol")
    .option(...NODE)
    .option("--unlist", "take its entry out of the list of chains, too");
  return withEditOptions(command)
    .addHelpText("after", "\nExample:\n  dokomodo chain remove BEER")
    .action(async (symbol: string, options: RemoveOptions) => (await actions()).remove(symbol, options));
}

function moveCommand(): Command {
  const command = new Command("move")
    .description("place a chain on another host; its data stays where it is")
    .argument("<chain>", "the chain's symbol")
    .requiredOption("--to <host>", "the host that it is to run on")
    .option(...NODE);
  return withEditOptions(command)
    .addHelpText("after", "\nExample:\n  dokomodo chain move BEER --to beta")
    .action(async (symbol: string, options: MoveOptions) => (await actions()).move(symbol, options));
}

function listCommand(): Command {
  return withListOptions(new Command("list").description("show where each chain of the stack runs"))
    .addHelpText(
      "after",
      "\nExample:\n  dokomodo chain list --json\n\nAll chains of the list: dokomodo chains",
    )
    .action(async (options: ListOptions) => (await actions()).list(options));
}
