import { credentialsProblem } from "../../chains/conf";
import type { Problem } from "../../input/problem";
import type { Path } from "../../input/source";
import { isExternal } from "../../notary/placement";
import type { RuleInput } from "../context";
import { EXTERNAL } from "../secrets";

/** Reports chains with a `url` that lack usable credentials, and entries of `dokomodo:external` that nothing uses. */
export function checkExternal({ settings, secrets, readFile, nodes, at }: RuleInput): Problem[] {
  const used = new Map<string, { url: string; path: Path }>();
  for (const { node, path } of nodes) {
    for (const chain of node.chains.filter(isExternal)) {
      used.set(chain.chain.symbol, { url: chain.external.url, path });
    }
  }
  const missing = [...used].flatMap(([symbol, { url, path }]) => {
    if (settings.external[symbol] !== undefined) return [];
    const message = `${symbol} is called at ${url}, and the config has no user and password for it: set ${EXTERNAL}.${symbol}.user, and the password with ${command(symbol)}`;
    return [{ message, position: at([...path, "chains"]) }];
  });
  const entries = Object.entries(settings.external).flatMap(([symbol, entry]): Problem[] => {
    const report = (message: string, ...inner: Path) => [
      { message, position: at([EXTERNAL, symbol, ...inner]) },
    ];
    const chain = used.get(symbol);
    if (chain === undefined)
      return report(
        `no notary and no node has a chain ${symbol} with a url; remove this entry, or give the chain a url`,
      );
    if (entry.authority !== undefined) {
      if (!chain.url.startsWith("https:"))
        return report(
          `${symbol} is called at ${chain.url}, without TLS, so an authority is of no use; remove it, or use https://`,
          "authority",
        );
      if (readFile(entry.authority) === undefined)
        return report(`${entry.authority} cannot be read in the project's folder`, "authority");
    }
    const rpcPassword = secrets.externalPasswords[symbol] ?? "";
    const problem = credentialsProblem({ rpcUser: entry.user, rpcPassword });
    return problem === undefined ? [] : report(`${symbol}: ${problem}`);
  });
  return [...missing, ...entries];
}

function command(symbol: string): string {
  return `pulumi config set --secret --path '${EXTERNAL}["${symbol}"].password'`;
}
