import type { TestStack } from "./TestStack";

/** The password of the repositories of tests. It is among the canaries that the search for secrets looks for. */
export const BACKUP_PASSWORD = "canary password of the backups";

/** States backups for a test's stack. `settings` is what `dokomodo:backup` has beside its password. */
export async function stateBackups(
  stack: TestStack,
  settings: Readonly<Record<string, unknown>>,
  image = "dokomodo-testbed/restic:dev",
): Promise<void> {
  const images = { ...Object(stack.config["dokomodo:images"]), backup: image };
  stack.writeConfig({ "dokomodo:images": images, "dokomodo:backup": settings });
  await stack.setSecret("dokomodo:backup.password", BACKUP_PASSWORD);
}

/** Calls a method of a daemon. */
export type CallMethod = (method: string, ...params: readonly unknown[]) => Promise<unknown>;

/** What a wallet and its chain are for those who own them. */
export interface Holding {
  readonly height: unknown;
  readonly balance: unknown;
  /** The private key of an address that the wallet made itself. */
  readonly key: unknown;
}

/**
 * Makes an address in a daemon's wallet, and mines coins to it. Returns the address.
 * @param blocks how many; with 101 the first coins can be spent. The testbed's daemons mine no block from height 432 on,
 * where litecoind's regtest begins with MWEB.
 */
export async function fillWallet(call: CallMethod, blocks = 101): Promise<string> {
  const address = String(await call("getnewaddress"));
  await call("generatetoaddress", blocks, address);
  return address;
}

/** What a daemon has now, with the key of an address. Rejects if its wallet does not have that. */
export async function holdingOf(call: CallMethod, address: string): Promise<Holding> {
  return {
    height: await call("getblockcount"),
    balance: await call("getbalance"),
    key: await call("dumpprivkey", address),
  };
}
