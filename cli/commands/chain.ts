import { Command } from "commander";
import { carryOut, type EditOptions, withEditOptions } from "../edit/carryOut";
import { addChain, moveChain, removeChain } from "../edit/chainEdits";
import { readKomodoEntry } from "../edit/komodoList";
import { placedChains, readStackFiles } from "../edit/stackFiles";
import { printRows } from "../table";

interface NodeOptions extends EditOptions {
  readonly node?: string | undefined;
}

interface AddOptions extends NodeOptions {
  readonly host?: string | undefined;
  readonly from?: string | undefined;
}

interface ListOptions {
  readonly stack?: string | undefined;
  readonly json?: true | undefined;
}

const NODE = ["--node <node>", "the notary or node, if there are several"] as const;

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
    .action(async (symbol: string, { node, host, from, ...options }: AddOptions) => {
      const files = readStackFiles(options.stack);
      const entry = from === undefined ? undefined : await readKomodoEntry(from, symbol);
      await carryOut(files, addChain(files, symbol, { node, host, entry }), options);
    });
}

function removeCommand(): Command {
  const command = new Command("remove")
    .description("take a chain from a notary or node; its volume stays")
    .argument("<chain>", "the chain's symbol")
    .option(...NODE)
    .option("--unlist", "take its entry out of the list of chains, too");
  return withEditOptions(command)
    .addHelpText("after", "\nExample:\n  dokomodo chain remove BEER")
    .action(
      async (symbol: string, { node, unlist, ...options }: NodeOptions & { readonly unlist?: true }) => {
        const files = readStackFiles(options.stack);
        await carryOut(files, removeChain(files, symbol, { node, unlist }), options);
      },
    );
}

function moveCommand(): Command {
  const command = new Command("move")
    .description("place a chain on another host; its data stays where it is")
    .argument("<chain>", "the chain's symbol")
    .requiredOption("--to <host>", "the host that it is to run on")
    .option(...NODE);
  return withEditOptions(command)
    .addHelpText("after", "\nExample:\n  dokomodo chain move BEER --to beta")
    .action(async (symbol: string, { node, to, ...options }: NodeOptions & { readonly to: string }) => {
      const files = readStackFiles(options.stack);
      await carryOut(files, moveChain(files, symbol, { node, to }), options);
    });
}

function listCommand(): Command {
  return new Command("list")
    .description("show where each chain of the stack runs")
    .option("--stack <stack>", "the stack, if there are several")
    .option("--json", "print a list of objects")
    .addHelpText(
      "after",
      "\nExample:\n  dokomodo chain list --json\n\nAll chains of the list: dokomodo chains",
    )
    .action(({ stack, json }: ListOptions) => {
      const rows = placedChains(readStackFiles(stack)).map(({ symbol, node, host, url, set }) => ({
        chain: symbol,
        node,
        host: host ?? null,
        url: url ?? null,
        set: set ?? null,
      }));
      printRows(rows, json === true, ["chain", "of", "host", "through the set"], (row) => [
        row.chain,
        row.node,
        row.host ?? `somebody else's, at ${row.url}`,
        row.set ?? "",
      ]);
    });
}
