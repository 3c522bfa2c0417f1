/** Flags that dokomodo gives to every daemon itself, wherever a person may write flags: another value breaks the wiring. */
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
];
/**
 * Bitcoin's family takes a flag for one network alone as `-regtest.rpcbind=…`
 * (docs/internals/domain.md, flags for one network).
 */
const SECTION = /^(main|test|testnet4|signet|regtest)\./;

/** The name of a flag without dashes, network and value; komodod takes `-noserver` for `-server=0`. */
export function flagName(flag: string): string {
  return flag.replace(/^--?/, "").replace(/=.*$/s, "").replace(SECTION, "");
}

/** Whether a flag sets, or takes away, one of dokomodo's own, or one of `others`. What begins with no dash is no flag. */
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
