import type { Chain } from "./chain";

/**
 * The RPC user of every daemon that a notary runs. It is a name and no secret: the password alone protects the RPC
 * (docs/internals/secrets.md). A daemon that somebody else runs has a user of its own.
 */
export const RPC_USER = "dokomodo";
/** Number of characters of a generated RPC password: letters and digits, about 190 bits. */
export const PASSWORD_LENGTH = 32;

export interface Credentials {
  readonly rpcUser: string;
  readonly rpcPassword: string;
}

/**
 * The text of a chain's conf for those who call it: Iguana and other daemons look up user, password and port in it
 * (docs/internals/domain.md, the conf parser). Throws if a parser would read other credentials out of it.
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
 * The text of a chain's conf for its own daemon: the keys that callers read, and keys for the daemon alone. Callers do
 * not get the latter, so a change of one restarts no caller. The RPC listens on the daemon's default, which is loopback
 * (docs/internals/domain.md, where komodod's RPC listens). The queue is as long as in komodod's own confs
 * (docs/internals/domain.md, limits of komodod's RPC).
 */
export function daemonConf(chain: Pick<Chain, "rpcPort">, credentials: Credentials): string {
  return `${callerConf(chain, credentials)}server=1\ntxindex=1\nrpcworkqueue=256\n`;
}

/**
 * Says why two parsers would read a user or password differently; undefined if all read the same. A `#` or a space ends
 * a value. A `:` ends the user in HTTP. Iguana finds its keys anywhere in a line, so also inside a value. komodod keeps
 * 511 bytes. The message does not quote the values.
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
