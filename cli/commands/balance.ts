import { Command } from "commander";

interface BalanceOptions {
  readonly stack?: string | undefined;
  readonly json?: true | undefined;
}

/** `dokomodo balance` shows the coins of the nodes' keys. */
export function balanceCommand(): Command {
  return new Command("balance")
    .argument("[chain...]", "symbols of chains; all if none is named")
    .option("--stack <stack>", "the stack, if there are several")
    .option("--json", "print an object, with values in coins")
    .addHelpText(
      "after",
      "\nIt is what the agents read in the last minute, so it costs no daemon a call.\n\n" +
        "Examples:\n  dokomodo balance\n  dokomodo balance KMD --json | jq '.chains[].balance'",
    )
    .action(async (symbols: readonly string[], { stack: asked, json }: BalanceOptions) => {
      const { withRunningStack } = await import("../running/open.ts");
      await withRunningStack(asked, async ({ stack, operations }) => {
        const { checkSymbols } = await import("../status/read.ts");
        const { observe } = await import("../running/observation.ts");
        const { BALANCE_HEAD, balanceRow, balancesOf } = await import("../running/balances.ts");
        const { tableText } = await import("../table.ts");
        checkSymbols(stack, symbols);
        const report = balancesOf((await observe(stack, operations)).nodes, symbols);
        if (json) {
          process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
          return;
        }
        const { chains, notaryUtxos, notes } = report;
        const isOneNode = new Set(chains.map(({ node }) => node)).size < 2;
        const rows = chains.map((each) => balanceRow(each, isOneNode));
        if (rows.length > 0) process.stdout.write(`${tableText(BALANCE_HEAD, rows)}\n`);
        const { count, locked } = notaryUtxos;
        process.stdout.write(`${chains.length} chains, ${count} notary UTXOs and ${locked} locked ones.\n`);
        for (const note of notes) process.stdout.write(`${note}\n`);
      });
    });
}
