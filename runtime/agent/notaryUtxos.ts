import { isObject } from "../json";
import type { ChainRpc } from "./ChainRpc";
import type { NotaryCoin } from "./plan";

/** An output of a transaction, as calls name it. */
export interface Outpoint {
  readonly txid: string;
  readonly vout: number;
}

/** An output in satoshi and hex. */
export interface Output extends Outpoint {
  readonly value: number;
  readonly script: string;
}

/**
 * Whether an output is a notary UTXO of this key: it has the size that Iguana spends, and it names the key itself, not
 * the key's hash (docs/internals/domain.md, notary UTXOs).
 */
export function isNotaryUtxo(
  { value, script }: Pick<Output, "value" | "script">,
  publicKey: string,
  { utxoSize }: Pick<NotaryCoin, "utxoSize">,
): boolean {
  return value === utxoSize && script === keyScript(publicKey);
}

/** The script of an output that names a compressed public key: push of 33 bytes, the key, OP_CHECKSIG. */
export function keyScript(publicKey: string): string {
  return `21${publicKey}ac`;
}

/** What is locked in the daemon's wallet and concerns an Iguana of this key. */
export interface LockedOutputs {
  readonly notaryUtxos: readonly Outpoint[];
  /** komodod keeps the lock of an output that is spent. */
  readonly spent: readonly Outpoint[];
}

/** Looks at each output that is locked in the daemon's wallet. */
export async function lockedOutputs(
  rpc: ChainRpc,
  publicKey: string,
  coin: Pick<NotaryCoin, "utxoSize">,
): Promise<LockedOutputs> {
  const notaryUtxos: Outpoint[] = [];
  const spent: Outpoint[] = [];
  const answer = await rpc.call("listlockunspent");
  for (const outpoint of (Array.isArray(answer) ? answer : []).flatMap((entry) => outpointOf(entry) ?? [])) {
    const output = await unspentOutput(rpc, outpoint);
    if (output === undefined) spent.push(outpoint);
    else if (isNotaryUtxo(output, publicKey, coin)) notaryUtxos.push(outpoint);
  }
  return { notaryUtxos, spent };
}

/**
 * Unlocks the notary UTXOs that are locked, and what is spent anyway. Answers how many notary UTXOs they were.
 *
 * Whatever else is locked stays so: nobody but an Iguana of this key locks its notary UTXOs, and somebody may have had
 * a reason to lock another output. So it does no harm to a wallet that is not the notary's alone.
 */
export async function unlockOutputs(
  rpc: ChainRpc,
  publicKey: string,
  coin: Pick<NotaryCoin, "utxoSize">,
): Promise<number> {
  const { notaryUtxos, spent } = await lockedOutputs(rpc, publicKey, coin);
  for (const outpoints of [notaryUtxos, spent])
    if (outpoints.length > 0) await rpc.call("lockunspent", [true, outpoints]);
  return notaryUtxos.length;
}

/** Undefined for an output that is spent, also by a transaction that is in no block yet. */
async function unspentOutput(
  rpc: ChainRpc,
  { txid, vout }: Outpoint,
): Promise<Omit<Output, "txid" | "vout"> | undefined> {
  const answer = await rpc.call("gettxout", [txid, vout, true]);
  if (!isObject(answer)) return undefined;
  const { value, scriptPubKey } = answer;
  const script = isObject(scriptPubKey) ? scriptPubKey["hex"] : undefined;
  return typeof script === "string" ? { value: satoshi(value), script } : undefined;
}

export function outpointOf(entry: unknown): Outpoint | undefined {
  const { txid, vout } = isObject(entry) ? entry : {};
  return typeof txid === "string" && typeof vout === "number" ? { txid, vout } : undefined;
}

/** A value of a daemon's answer in satoshi. */
export function satoshi(coins: unknown): number {
  return Math.round(Number(coins) * 1e8);
}
