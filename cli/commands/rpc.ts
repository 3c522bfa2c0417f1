import { Command } from "commander";
import { z } from "zod";
import { readAt } from "../at";
import { findOperator } from "../clients";
import { readOutputs } from "../outputs";
import { callDaemon } from "../rpcCall";
import { readAll } from "../secret";

interface RpcOptions {
  readonly stack?: string | undefined;
  readonly node?: string | undefined;
  readonly at?: { readonly hostname: string; readonly port: number } | undefined;
}

/** `dokomodo rpc` calls a chain's daemon once, through the clients' proxy, with the operator's certificate. */
export function rpcCommand(): Command {
  return new Command("rpc")
    .argument("<chain>", "the chain's symbol")
    .argument("<method>", "such as getblockcount")
    .argument(
      "[params...]",
      "its parameters: JSON, or else a text; a single - reads a JSON array of them from standard input",
    )
    .option("--stack <stack>", "the stack, if there are several")
    .option("--node <node>", "the notary or node, if several have the chain")
    .option(
      "--at <host:port>",
      "another address that leads to the clients' proxy, such as the end of a kubectl port-forward",
      readAt,
    )
    .addHelpText(
      "after",
      "\nExample:\n  dokomodo rpc KMD getblockhash 1000\n\nIt prints the result as JSON. The notary or node needs a client in its config, because clients enter through a " +
        "proxy of their own. Methods that show keys, take keys, end the daemon or reach its files are never let through. " +
        "Pass parameters that nobody else may see through standard input, because other users of this machine see the " +
        "arguments.",
    )
    .action(async (symbol: string, method: string, texts: readonly string[], options: RpcOptions) => {
      const params = texts.length === 1 && texts[0] === "-" ? parseList(await readAll()) : texts.map(parse);
      const { access } = findOperator(await readOutputs(options.stack), symbol, options.node);
      // The proxy's certificate still has to have the name that the stack says.
      const address = { ...access.address, ...options.at };
      const result = await callDaemon({ ...access, address }, { symbol, method, params });
      process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);
    });
}

/** A parameter as it is typed: JSON if it is JSON, and else a text, such as an address. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function parseList(text: string): unknown[] {
  try {
    return z.array(z.unknown()).parse(JSON.parse(text));
  } catch {
    throw new Error('standard input has to be a JSON array of parameters, such as ["address", 1]');
  }
}
