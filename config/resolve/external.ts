import type { Chain } from "../../chains/chain";
import { credentialsProblem } from "../../chains/conf";
import type { ExternalArgs } from "../../components/Callee";
import type { Problem } from "../../input/problem";
import type { Path } from "../../input/source";
import { isExternal } from "../../notary/placement";
import type { Stack } from "../load";
import { EXTERNAL } from "../secrets";
import type { Checked } from "./notaries";

/** How a chain with a `url` is called; empty where the config does not say, which checkExternal tells. */
export function resolveExternal(checked: Checked, chain: Chain, url: string): ExternalArgs {
  const { settings, secrets, readFile } = checked;
  const entry = settings.external[chain.symbol];
  const authority = entry?.authority === undefined ? undefined : readFile(entry.authority);
  return {
    url,
    rpcUser: entry?.user ?? "",
    rpcPassword: secrets.externalPasswords[chain.symbol] ?? "",
    importsKey: entry?.importKey ?? false,
    ...(authority === undefined ? {} : { authority }),
  };
}

/** Every chain with a `url` has credentials that every parser reads alike, and nothing else has any. */
export function checkExternal(checked: Checked, notaries: Stack["notaries"]): Problem[] {
  const { settings, at } = checked;
  const used = new Map<string, { url: string; notary: number }>();
  for (const [notary, { chains }] of notaries.entries()) {
    for (const chain of chains.filter(isExternal)) {
      used.set(chain.chain.symbol, { url: chain.external.url, notary });
    }
  }
  const missing = [...used].flatMap(([symbol, { url, notary }]) => {
    if (settings.external[symbol] !== undefined) return [];
    const message = `${symbol} is called at ${url}, and the config has no user and password for it: set ${EXTERNAL}.${symbol}.user, and the password with ${command(symbol)}`;
    return [{ message, position: at(["dokomodo:notaries", notary, "chains"]) }];
  });
  const entries = Object.entries(settings.external).flatMap(([symbol, entry]): Problem[] => {
    const report = (message: string, ...inner: Path) => [
      { message, position: at([EXTERNAL, symbol, ...inner]) },
    ];
    const chain = used.get(symbol);
    if (chain === undefined) return report(`no notary has a chain ${symbol} with a url`);
    if (entry.authority !== undefined) {
      if (!chain.url.startsWith("https:"))
        return report(
          `${symbol} is called at ${chain.url}, without TLS, so an authority is of no use`,
          "authority",
        );
      if (checked.readFile(entry.authority) === undefined)
        return report(`${entry.authority} cannot be read in the project's folder`, "authority");
    }
    const rpcPassword = checked.secrets.externalPasswords[symbol] ?? "";
    const problem = credentialsProblem({ rpcUser: entry.user, rpcPassword });
    return problem === undefined ? [] : report(`${symbol}: ${problem}`);
  });
  return [...missing, ...entries];
}

function command(symbol: string): string {
  return `pulumi config set --secret --path '${EXTERNAL}["${symbol}"].password'`;
}
