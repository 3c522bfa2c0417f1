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
 * The text of a chain's conf for those who call it: Iguana and other daemons look up user, password and port in it
 * (docs/internals/domain.md, the conf parser). Throws where a parser would read other credentials.
 *
 * @example callerConf({ rpcPort: 8923 }, credentials) // "rpcuser=…\nrpcpassword=…\nrpcport=8923\n"
 */
export function callerConf(chain: Pick<Chain, "rpcPort">, credentials: Credentials): string {
  const problem = credentialsProblem(credentials);
  if (problem !== undefined) throw new Error(problem);
  const { rpcUser, rpcPassword } = credentials;
  return `rpcuser=${rpcUser}\nrpcpassword=${rpcPassword}\nrpcport=${chain.rpcPort}\n`;
}

/**
 * The text of a chain's conf for its own daemon. It begins with what callers read. What is the daemon's alone stands behind
 * that, so a change of it restarts no caller. Where the RPC binds is left to the daemon's default, which is loopback
 * (docs/internals/domain.md, where komodod's RPC listens).
 */
export function daemonConf(chain: Pick<Chain, "rpcPort">, credentials: Credentials): string {
  return `${callerConf(chain, credentials)}server=1\ntxindex=1\nrpcworkqueue=256\n`;
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
