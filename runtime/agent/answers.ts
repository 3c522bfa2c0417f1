import type { ChainReading } from "../../readings/chain";
import { isObject } from "../json";
import { isNotaryUtxo, keyScript, satoshi } from "./notaryUtxos";
import type { AgentCoin, NotaryCoin } from "./plan";

/** What daemons answer, as the values of a reading. What is not there, or is no such value, is undefined. */

type Part = Partial<ChainReading>;

/** Blocks below its tip at which an invalid branch still matters. Older ones are history. */
const RECENT_BLOCKS = 1440;
const NO_TXID = /^0*$/;

/** What `getblockchaininfo` says. */
export function chainPart(answer: unknown): Part {
  const { chain, blocks, headers, verificationprogress, size_on_disk, warnings } = fields(answer);
  return {
    network: text(chain),
    height: count(blocks),
    headers: count(headers),
    verificationProgress: number(verificationprogress),
    sizeOnDisk: count(size_on_disk),
    warning: warningText(warnings),
  };
}

/** The hash of the last block, which `getblockchaininfo` says. */
export function tipHash(answer: unknown): string | undefined {
  return text(fields(answer)["bestblockhash"]);
}

/** The time of a block, of getblockheader. */
export function blockTime(answer: unknown): string | undefined {
  const time = number(fields(answer)["time"]);
  // The greatest time of a block's header, which has 32 bits.
  return time === undefined || time <= 0 || time > 0xff_ff_ff_ff
    ? undefined
    : new Date(time * 1000).toISOString();
}

/** What `getnetworkinfo` says. */
export function networkPart(answer: unknown): Part {
  const { subversion, warnings } = fields(answer);
  return { version: text(subversion), warning: warningText(warnings) };
}

/** What komodod says in `getinfo`. A chain that was never notarised has the height 0 there. */
export function infoPart(answer: unknown): Part & { readonly longest?: number | undefined } {
  const { longestchain, notarized, notarizedtxid, errors } = fields(answer);
  const height = count(notarized);
  const txid = text(notarizedtxid);
  const known = txid === undefined || NO_TXID.test(txid) ? {} : { txid };
  return {
    longest: count(longestchain),
    lastNotarisation: height === undefined || height === 0 ? undefined : { height, ...known },
    warning: warningText(errors),
  };
}

/**
 * The highest height that peers have. A peer may say anything of itself, so of several peers the second highest is
 * taken. The headers that the daemon has got from them are verified, and are in getblockchaininfo.
 */
export function peersHeight(answer: unknown): number | undefined {
  const heights = list(answer)
    .flatMap((peer) => {
      const { startingheight, synced_headers } = fields(peer);
      const own = [startingheight, synced_headers].flatMap((height) => count(height) ?? []);
      return own.length === 0 ? [] : [Math.max(...own)];
    })
    .sort((one, other) => other - one);
  return heights[1] ?? heights[0];
}

/**
 * The longest branch of getchaintips that the daemon does not follow although it is longer, or that it holds to be
 * invalid. Headers of which the blocks are still to come continue the daemon's own branch, and are none.
 */
export function forkOf(answer: unknown): ChainReading["fork"] {
  const tips = list(answer).map(fields);
  const active = count(tips.find(({ status }) => status === "active")?.["height"]);
  if (active === undefined) return undefined;
  const branches = tips.flatMap((tip) => {
    const [height, length, status] = [count(tip["height"]), count(tip["branchlen"]), text(tip["status"])];
    if (height === undefined || length === undefined || status === undefined || status === "active")
      return [];
    // A daemon that is too old for a new rule refuses the block after its own last one, and has no branch of its own.
    const isOther = status === "invalid" || height - length < active;
    const matters = height > active || (status === "invalid" && height > active - RECENT_BLOCKS);
    return isOther && matters ? [{ length, status }] : [];
  });
  return branches.sort((one, other) => other.length - one.length)[0];
}

/** Whether the wallet is locked, of getwalletinfo. A wallet that is not encrypted says nothing. */
export function walletLocked(answer: unknown): boolean | undefined {
  const until = number(fields(answer)["unlocked_until"]);
  return until === undefined ? undefined : until === 0;
}

/** The balance in coins, and the numbers of notary UTXOs and of other outputs, of listunspent. */
export function unspentPart(
  answer: unknown,
  coin: AgentCoin | NotaryCoin,
  publicKey: string | undefined,
): { readonly balance: number; readonly coins: number; readonly notaryUtxos: number } | undefined {
  if (!Array.isArray(answer)) return undefined;
  let balance = 0;
  let outputs = 0;
  let notaryUtxos = 0;
  for (const { amount, scriptPubKey, spendable } of answer.map(fields)) {
    if (spendable === false || typeof amount !== "number") continue;
    const value = satoshi(amount);
    balance += value;
    outputs += 1;
    if (publicKey === undefined || !("utxoSize" in coin) || scriptPubKey !== keyScript(publicKey)) continue;
    if (isNotaryUtxo({ value, script: scriptPubKey }, publicKey, coin)) notaryUtxos += 1;
  }
  return { balance: balance / 1e8, coins: outputs - notaryUtxos, notaryUtxos };
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? value : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function number(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

/** A whole number that is not negative. Daemons write -1 for what they do not know. */
export function count(value: unknown): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** Newer daemons have a list of warnings. */
function warningText(value: unknown): string | undefined {
  return text(Array.isArray(value) ? value.filter((one) => typeof one === "string").join("; ") : value);
}
