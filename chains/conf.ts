import type { Chain } from "./chain";

/** What a generated RPC user or password looks like. */
export const CREDENTIAL_LENGTH = 32;
/** Fits every parser that reads a conf, and HTTP's user:password. */
export const CREDENTIAL_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

export interface Credentials {
  readonly rpcUser: string;
  readonly rpcPassword: string;
}

/**
 * The text of a chain's conf. Iguana's side and the daemon's side get the same: Iguana reads user, password and port,
 * the daemon all six. Where the RPC binds is left to the daemon's default, which is loopback
 * (docs/internals/domain.md, where komodod's RPC listens).
 */
export function confText(chain: Pick<Chain, "rpcPort">, credentials: Credentials): string {
  const problem = credentialsProblem(credentials);
  if (problem !== undefined) throw new Error(problem);
  return [
    `rpcuser=${credentials.rpcUser}`,
    `rpcpassword=${credentials.rpcPassword}`,
    `rpcport=${chain.rpcPort}`,
    "server=1",
    "txindex=1",
    "rpcworkqueue=256",
    "",
  ].join("\n");
}

/**
 * What keeps a user and password from meaning the same to every parser that reads them; undefined where nothing does.
 * A `#` or a space ends a value, a `:` ends the user in HTTP, Iguana finds its keys anywhere in a line, in a value too,
 * and komodod keeps 511 bytes. Says nothing of the values themselves.
 * (docs/internals/domain.md, the conf parser, komodod's two conf parsers, credentials in HTTP)
 */
export function credentialsProblem({ rpcUser, rpcPassword }: Credentials): string | undefined {
  for (const [what, value] of [
    ["user", rpcUser],
    ["password", rpcPassword],
  ] as const) {
    if (!/^[!-~]{1,200}$/.test(value) || value.includes("#"))
      return `the RPC ${what} must be 1 to 200 visible ASCII characters, none of them a # or a space`;
    if (/rpcuser|rpcpassword|rpcport/.test(value))
      return `the RPC ${what} must not contain rpcuser, rpcpassword or rpcport, which Iguana would take for a key`;
  }
  return rpcUser.includes(":") ? "the RPC user must not contain a :, which ends it in HTTP" : undefined;
}
