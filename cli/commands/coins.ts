import { Command } from "commander";
import type { CoinsAnswer } from "../../readings/coinsAnswer";
import type { CoinsRequest } from "../running/coins";

interface CoinsOptions {
  readonly stack?: string | undefined;
  readonly node?: string | undefined;
  readonly yes?: true | undefined;
  readonly json?: true | undefined;
}

/** `dokomodo split` makes notary UTXOs. */
export function splitCommand(): Command {
  return coinsCommand("split")
    .option("--to <count>", "how many there are to be; the high bound in the config if absent")
    .addHelpText(
      "after",
      "\nIt shows what would be made, and asks. A notary with `utxos` in its config does this by itself. Nothing is made " +
        "while notary UTXOs are in no block yet.\n\nExamples:\n  dokomodo split KMD --to 50\n  dokomodo split KMD --to 50 --yes",
    )
    .action((symbol: string, { to, ...options }: CoinsOptions & { readonly to?: string | undefined }) => {
      const wanted = to === undefined ? [] : ["--to", to];
      return work({ command: "split", symbol, options: wanted }, options);
    });
}

/** `dokomodo consolidate` merges coins. */
export function consolidateCommand(): Command {
  return coinsCommand("consolidate")
    .option("--all", "also notary UTXOs, on a chain for which Iguana no longer needs them")
    .addHelpText(
      "after",
      "\nIt shows what would be made, and asks. Notary UTXOs are kept without --all. The interest that KMD pays on " +
        "coins is not claimed.\n\nExamples:\n  dokomodo consolidate KMD\n  dokomodo consolidate BEER --all --yes",
    )
    .action((symbol: string, { all, ...options }: CoinsOptions & { readonly all?: true | undefined }) =>
      work({ command: "consolidate", symbol, options: all ? ["--all"] : [] }, options),
    );
}

function coinsCommand(name: string): Command {
  return new Command(name)
    .argument("<chain>", "a chain's symbol")
    .option("--yes", "ask no question")
    .option("--json", "print an object; without --yes nothing is made then, and no question is asked")
    .option("--stack <stack>", "the stack, if there are several")
    .option("--node <node>", "the notary or node, if several have the chain");
}

async function work(request: CoinsRequest, { stack: asked, node, yes, json }: CoinsOptions): Promise<void> {
  const { withRunningStack } = await import("../running/open.ts");
  await withRunningStack(asked, async ({ stack, operations }) => {
    const { agentFor, askForCoins } = await import("../running/coins.ts");
    const { confirm } = await import("../confirm.ts");
    const agent = agentFor(stack, request.symbol, node);
    const ask = (makes: boolean) => askForCoins(agent, request, makes, operations);
    const print = (answer: CoinsAnswer) =>
      process.stdout.write(`${json ? JSON.stringify(answer, undefined, 2) : answer.text.join("\n")}\n`);
    if (yes) {
      print(await ask(true));
      return;
    }
    const planned = await ask(false);
    print(planned);
    if (json || planned.transactions.length === 0) return;
    if (process.stdin.isTTY !== true) {
      process.stdout.write("It was a dry run, so nothing was made. Give --yes to make it.\n");
      return;
    }
    if (
      await confirm(planned.transactions.length === 1 ? "Make this transaction?" : "Make these transactions?")
    )
      print(await ask(true));
    else process.stdout.write("Nothing was made.\n");
  });
}
