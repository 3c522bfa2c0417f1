/**
 * Flags that dokomodo sets, or leaves out, for every daemon. A person may not write them: they would break the links.
 */
const OWN_FLAGS = [
  "rpcuser",
  "rpcpassword",
  "rpcauth",
  "rpcbind",
  "rpcallowip",
  "pubkey",
  "daemon",
  "server",
  "conf",
  "exportdir",
];
/**
 * Bitcoin's family takes a flag for one network alone as `-regtest.rpcbind=…`
 * (docs/internals/domain.md, flags for one network).
 */
const SECTION = /^(main|test|testnet4|signet|regtest)\./;

/** The name of a flag without its dashes, network and value: `rpcbind` for `-regtest.rpcbind=127.0.0.1`. */
export function flagName(flag: string): string {
  return flag.replace(/^--?/, "").replace(/=.*$/s, "").replace(SECTION, "");
}

/**
 * Whether a text is one of dokomodo's own flags or of `others`, or switches one off, as `-noserver` does for `-server`.
 * A text that does not begin with a dash is no flag.
 */
export function isOwnFlag(flag: string, others: readonly string[] = []): boolean {
  if (!flag.startsWith("-")) return false;
  const name = flagName(flag);
  return [...OWN_FLAGS, ...others].some((own) => name === own || name === `no${own}`);
}

/** Completes "… must be …; found …". */
export function ownFlagPhrase(flag: string): string {
  return `another flag, because dokomodo sets -${flagName(flag)} itself`;
}

/** Whether a text may hold a password that a daemon takes. */
export function holdsCredential(text: unknown): boolean {
  return typeof text === "string" && /rpc(password|user|auth)/.test(text);
}
