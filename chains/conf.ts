import type { Chain } from "./chain";

/** What a generated RPC user or password looks like. */
export const CREDENTIAL_LENGTH = 32;
/** Fits every parser that reads a conf, and HTTP's user:password (domain.md 1.2). */
export const CREDENTIAL_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

export interface Credentials {
  readonly rpcUser: string;
  readonly rpcPassword: string;
}

/**
 * The text of a chain's conf. Iguana's side and the daemon's side get the same: Iguana reads user, password and port,
 * the daemon all six (domain.md 1.2). Where the RPC binds is left to the daemon's default, which is loopback.
 */
export function confText(chain: Pick<Chain, "rpcPort">, credentials: Credentials): string {
  assertSafe("rpcUser", credentials.rpcUser);
  assertSafe("rpcPassword", credentials.rpcPassword);
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
 * Refuses what one of the parsers would read as something else: a `#` or a space ends a value, a `:` ends the user
 * in HTTP, and Iguana finds its keys anywhere in a line, in a value too (domain.md 1.2).
 */
function assertSafe(name: keyof Credentials, value: string): void {
  const allowed = /^[A-Za-z0-9_-]{16,64}$/.test(value);
  if (!allowed || /rpcuser|rpcpassword|rpcport/.test(value)) {
    throw new Error(`${name} must be 16 to 64 letters, digits, _ or -, and name no key of a conf`);
  }
}
