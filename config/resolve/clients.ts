import { selectChains } from "../../chains/list/chainList";
import { suggestion } from "../../input/nearest";
import { OPERATOR } from "../../notary/rpcGraph";
import type { Client } from "../../notary/types";
import { methodProblem } from "../../runtime/filter/methods";
import type { Context, Report } from "../context";
import type { ClientSettings, NodeSettings } from "../schema/node";

/**
 * Resolves the clients of a node.
 * @param symbols the node's chains
 */
export function resolveClients(
  context: Context,
  { name: node, clients }: NodeSettings,
  symbols: readonly string[],
  report: Report,
): Client[] {
  return clients.map((client, index): Client => {
    const { name, allow } = client;
    const reportHere: Report = (message, ...inner) => report(message, "clients", index, ...inner);
    if (name === OPERATOR)
      reportHere(`${OPERATOR} is the name of the stack's own operators; give the client another one`, "name");
    if (clients.findIndex((other) => other.name === name) !== index)
      reportHere(`another client of ${node} is named ${name}, too; rename one of them`, "name");
    for (const [at, method] of (allow ?? []).entries()) {
      const problem = methodProblem(method);
      if (problem !== undefined) reportHere(`${method} ${problem}`, "allow", at);
    }
    return { name, chains: chainsOf(context, client, { node, symbols }, reportHere), allow };
  });
}

/** The symbols of the chains that a client may call, sorted. */
function chainsOf(
  { chainList }: Context,
  { chains }: ClientSettings,
  { node, symbols }: { readonly node: string; readonly symbols: readonly string[] },
  report: Report,
): string[] {
  const found = chains.flatMap((name, index) => {
    const { chains: named, problems } = selectChains(chainList, [name]);
    for (const { message } of problems) report(message, "chains", index);
    const missing = named.map(({ symbol }) => symbol).filter((symbol) => !symbols.includes(symbol));
    for (const symbol of missing) {
      report(`${symbol} is not among the chains of ${node}${suggestion(symbol, symbols)}`, "chains", index);
    }
    return named.map(({ symbol }) => symbol);
  });
  return [...new Set(found)].sort();
}
