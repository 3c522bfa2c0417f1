import type { Chain } from "../../chains/chain";
import type { ExternalDaemon } from "../../notary/types";
import type { Context } from "../context";

/** How a chain with a `url` is called. What the config does not say is empty, and checkExternal reports it. */
export function resolveExternal(context: Context, chain: Chain, url: string): ExternalDaemon {
  const { settings, secrets, readFile } = context;
  const entry = settings.external[chain.symbol];
  const authority = entry?.authority === undefined ? undefined : readFile(entry.authority);
  return {
    url,
    rpcUser: entry?.user ?? "",
    rpcPassword: secrets.externalPasswords[chain.symbol] ?? "",
    importsKey: entry?.importKey ?? false,
    authority,
  };
}
