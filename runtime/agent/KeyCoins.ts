import { isObject } from "../json";
import type { ChainRpc } from "./ChainRpc";
import { METHOD_NOT_FOUND, RpcError } from "./failures";
import {
  isNotaryUtxo,
  keyScript,
  lockedOutputs,
  type Outpoint,
  type Output,
  outpointOf,
  satoshi,
} from "./notaryUtxos";
import type { KeyedCoin, NotaryCoin } from "./plan";
import { parseTransaction, type TransactionOutput, withOutputs } from "./rawTransaction";
import { coinText } from "./split";

/** A wallet with thousands of coins takes a while, and answers with some 450 bytes for each. */
const LIST_LIMITS = { milliseconds: 30_000, bytes: 8 * 2 ** 20 };
/** A transaction of 300 inputs has some 45 KiB, which is twice as much in hex. */
const TRANSACTION_LIMITS = { milliseconds: 60_000, bytes: 2 ** 20 };
/** The script of an output that names a key's hash. */
const KEY_HASH_SCRIPT = /^76a914[0-9a-f]{40}88ac$/;
/** The value in coins of the output that is exchanged for the wanted ones. */
const TEMPLATE_VALUE = 0.0001;

/** In satoshi for 1000 bytes. Twice what daemons relay for at least, and never less than miners of LTC take. */
const RELAY_FEES = 2;
export const LEAST_FEE_RATE = 1000;
/** No daemon of a notary asks for that much. One that says so is not believed. */
const MOST_FEE_RATE = 1_000_000;

/** What the key's address has on a chain that may be spent or counted. */
export interface Holdings {
  /** Notary UTXOs in a block that are not locked. None on a chain without such. */
  readonly notaryUtxos: readonly Output[];
  /** How many notary UTXOs are in no block yet, and how many are locked. */
  readonly unconfirmed: number;
  readonly locked: number;
  /** Everything else that is in a block. */
  readonly coins: readonly Output[];
}

export interface KeyCoinsArgs {
  readonly coin: KeyedCoin | NotaryCoin;
  readonly publicKey: string;
  readonly rpc: ChainRpc;
}

/** The coins of the node's key on one chain, and how they are spent to the key itself. */
export class KeyCoins {
  constructor(private readonly args: KeyCoinsArgs) {}

  async holdings(): Promise<Holdings> {
    const { rpc, coin, publicKey } = this.args;
    const answer = await rpc.call("listunspent", [0, 9_999_999, [coin.address]], LIST_LIMITS);
    const entries = (Array.isArray(answer) ? answer : []).flatMap((entry) => entryOf(entry) ?? []);
    const isOurs = (output: Output) => "utxoSize" in coin && isNotaryUtxo(output, publicKey, coin);
    const ours = entries.filter(({ output }) => isOurs(output));
    const notaryUtxos = ours.filter(({ inBlock }) => inBlock).map(({ output }) => output);
    const coins = entries.filter(({ inBlock, output }) => inBlock && !isOurs(output) && this.isKeys(output));
    return {
      notaryUtxos,
      unconfirmed: ours.length - notaryUtxos.length,
      // A locked output is in no list of unspent ones.
      locked: "utxoSize" in coin ? (await lockedOutputs(rpc, publicKey, coin)).notaryUtxos.length : 0,
      coins: coins.map(({ output }) => output),
    };
  }

  /** What is paid for 1000 bytes, in satoshi. */
  async feeRate(): Promise<number> {
    const answer = await this.args.rpc.call("getnetworkinfo");
    const rate = RELAY_FEES * satoshi(isObject(answer) ? answer["relayfee"] : undefined);
    if (!(rate <= MOST_FEE_RATE))
      throw new Error(
        `its daemon asks for a relay fee of ${coinText(rate / RELAY_FEES)} for 1000 bytes, and more than ` +
          `${coinText(MOST_FEE_RATE / RELAY_FEES)} is not paid`,
      );
    return Math.max(rate, LEAST_FEE_RATE);
  }

  /**
   * Spends coins of the key, and answers with the transaction's id.
   * @param outputsTo makes the outputs, given the script of the key's address
   */
  async send(
    inputs: readonly Outpoint[],
    outputsTo: (addressScript: string) => readonly TransactionOutput[],
  ): Promise<string> {
    const { rpc, coin } = this.args;
    const spent = inputs.map(({ txid, vout }) => ({ txid, vout }));
    // The daemon makes the transaction in the form that its chain has now. It takes an address once, and makes outputs
    // for hashes of keys alone, so the outputs are exchanged. Its own one tells the script of the address.
    const made = await rpc.call(
      "createrawtransaction",
      [spent, { [coin.address]: TEMPLATE_VALUE }],
      TRANSACTION_LIMITS,
    );
    const template = parseTransaction(String(made));
    const [own] = template.outputs;
    if (template.inputs !== inputs.length || own === undefined || !KEY_HASH_SCRIPT.test(own.script))
      throw new Error("its daemon made another transaction than it was asked for");
    const hex = await this.sign(withOutputs(template, outputsTo(own.script)));
    return String(await rpc.call("sendrawtransaction", [hex], TRANSACTION_LIMITS));
  }

  /** Whether an output can be spent with the key alone. A transaction of such inputs has no witnesses. */
  private isKeys({ script }: Output): boolean {
    return KEY_HASH_SCRIPT.test(script) || script === keyScript(this.args.publicKey);
  }

  private async sign(hex: string): Promise<string> {
    const answer = await this.signed(hex);
    const { hex: signed, complete } = isObject(answer) ? answer : {};
    if (typeof signed !== "string" || complete !== true)
      throw new Error("its daemon has not signed all inputs; does its wallet have the node's key?");
    return signed;
  }

  /** Newer daemons have the one call, komodod has the other (docs/internals/domain.md, dialects). */
  private async signed(hex: string): Promise<unknown> {
    try {
      return await this.args.rpc.call("signrawtransactionwithwallet", [hex], TRANSACTION_LIMITS);
    } catch (failure) {
      if (!(failure instanceof RpcError) || failure.code !== METHOD_NOT_FOUND) throw failure;
      return this.args.rpc.call("signrawtransaction", [hex], TRANSACTION_LIMITS);
    }
  }
}

/** An entry of listunspent that the wallet can spend. Immature coins of miners are in no such list. */
function entryOf(entry: unknown): { output: Output; inBlock: boolean } | undefined {
  const { amount, scriptPubKey, confirmations, spendable } = isObject(entry) ? entry : {};
  const outpoint = outpointOf(entry);
  if (outpoint === undefined || spendable === false || typeof scriptPubKey !== "string") return undefined;
  const output = { ...outpoint, value: satoshi(amount), script: scriptPubKey };
  return { output, inBlock: Number(confirmations) > 0 };
}
