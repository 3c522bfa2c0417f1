import { isObject } from "../json";
import type { ChainRpc } from "./ChainRpc";
import { RpcError } from "./failures";
import { isNotaryUtxo, keyScript, lockedOutputs, type Output, outpointOf, satoshi } from "./notaryUtxos";
import type { NotaryCoin, UtxoBounds } from "./plan";
import { parseTransaction, type TransactionOutput, withOutputs } from "./rawTransaction";
import type { StatusBoard, UtxoStatus } from "./StatusBoard";
import { coinText, planSplit, type Split, type SplitPlan, splitText } from "./split";

/** A wallet with thousands of coins takes a while, and answers with some 450 bytes for each. */
const LIST_LIMITS = { milliseconds: 30_000, bytes: 8 * 2 ** 20 };
const METHOD_NOT_FOUND = -32601;
/** The script of an output that names a key's hash. */
const KEY_HASH_SCRIPT = /^76a914[0-9a-f]{40}88ac$/;

/** In satoshi for 1000 bytes. Twice what daemons relay for at least, and never less than miners of LTC take. */
const RELAY_FEES = 2;
const LEAST_FEE_RATE = 1000;
/** No daemon of a notary asks for that much. One that says so is not believed. */
const MOST_FEE_RATE = 1_000_000;

export interface UtxoKeeperArgs {
  readonly coin: NotaryCoin;
  readonly bounds: UtxoBounds;
  readonly publicKey: string;
  readonly rpc: ChainRpc;
  readonly board: StatusBoard;
  /** The least time between two looks. */
  readonly milliseconds: number;
}

/** What there is of notary UTXOs, and of coins to make more of them. */
interface Holdings {
  readonly confirmed: number;
  readonly unconfirmed: number;
  readonly locked: number;
  readonly coins: readonly Output[];
}

/**
 * Keeps the number of notary UTXOs of one chain between two bounds, by splitting coins of the notary's address. It keeps
 * nothing over a restart: whether a split is under way is seen in the wallet.
 */
export class UtxoKeeper {
  private lookedAt = 0;
  private lookedHeight: number | undefined;
  private lastSplit: string | undefined;

  constructor(private readonly args: UtxoKeeperArgs) {}

  /** To be called while the coin is brought up. Looks after a new block, and not too often. It never rejects. */
  async round(height: number): Promise<void> {
    if (this.lookedHeight === height || Date.now() - this.lookedAt < this.args.milliseconds) return;
    this.lookedAt = Date.now();
    try {
      await this.look();
      this.lookedHeight = height;
    } catch (failure) {
      const why = failure instanceof Error ? failure.message : String(failure);
      const { symbol } = this.args.coin;
      this.args.board.setUtxos(symbol, undefined, `its notary UTXOs are not kept in number: ${why}`);
    }
  }

  private async look(): Promise<void> {
    const { bounds, coin, board } = this.args;
    const held = await this.holdings();
    const count = held.confirmed + held.unconfirmed + held.locked;
    const facts = { ...bounds, count, unconfirmed: held.unconfirmed, size: coin.utxoSize, coins: held.coins };
    const plan = planSplit({ ...facts, feeRate: count < bounds.low ? await this.feeRate() : LEAST_FEE_RATE });
    const text = this.textOf(plan);
    const status = { ...bounds, count, unconfirmed: held.unconfirmed, locked: held.locked, next: text };
    board.setUtxos(coin.symbol, { ...status, lastSplit: this.lastSplit }, this.warningOf(plan, count));
    if (plan.kind !== "split" || bounds.dryRun === true) return;
    this.lastSplit = await this.send(plan.split);
    board.event(coin.symbol, `${splitText(plan.split, coin.utxoSize)}: ${this.lastSplit}`);
    const after = { ...status, count: count + plan.split.outputs, unconfirmed: plan.split.outputs };
    const done: UtxoStatus = { ...after, next: this.textOf({ kind: "waiting" }), lastSplit: this.lastSplit };
    board.setUtxos(coin.symbol, done, this.warningOf(plan, count));
  }

  private async holdings(): Promise<Holdings> {
    const { rpc, coin, publicKey } = this.args;
    const answer = await rpc.call("listunspent", [0, 9_999_999, [coin.address]], LIST_LIMITS);
    const entries = (Array.isArray(answer) ? answer : []).flatMap((entry) => entryOf(entry) ?? []);
    const [ours, others] = [true, false].map((wanted) =>
      entries.filter(({ output }) => isNotaryUtxo(output, publicKey, coin) === wanted),
    );
    const confirmed = ours?.filter(({ inBlock }) => inBlock).length ?? 0;
    const coins = others?.filter(({ inBlock, output }) => inBlock && this.isKeys(output)) ?? [];
    return {
      confirmed,
      unconfirmed: (ours?.length ?? 0) - confirmed,
      // A locked output is in no list of unspent ones.
      locked: (await lockedOutputs(rpc, publicKey, coin)).notaryUtxos.length,
      coins: coins.map(({ output }) => output),
    };
  }

  /** Whether an output can be spent with the key alone. A transaction of such inputs has no witnesses. */
  private isKeys({ script }: Output): boolean {
    return KEY_HASH_SCRIPT.test(script) || script === keyScript(this.args.publicKey);
  }

  /** What is paid for 1000 bytes, in satoshi. */
  private async feeRate(): Promise<number> {
    const answer = await this.args.rpc.call("getnetworkinfo");
    const rate = RELAY_FEES * satoshi(isObject(answer) ? answer["relayfee"] : undefined);
    if (!(rate <= MOST_FEE_RATE))
      throw new Error(
        `its daemon asks for a relay fee of ${coinText(rate / RELAY_FEES)} for 1000 bytes, and more than ` +
          `${coinText(MOST_FEE_RATE / RELAY_FEES)} is not paid`,
      );
    return Math.max(rate, LEAST_FEE_RATE);
  }

  /** Answers with the transaction's id. */
  private async send({ inputs, outputs, change }: Split): Promise<string> {
    const { rpc, coin, publicKey } = this.args;
    const spent = inputs.map(({ txid, vout }) => ({ txid, vout }));
    // The daemon makes the transaction in the form that its chain has now. It takes an address once, and makes outputs
    // for hashes of keys alone, so the outputs are exchanged. Its own one tells the script of the address.
    const template = parseTransaction(
      String(await rpc.call("createrawtransaction", [spent, { [coin.address]: coin.utxoSize / 1e8 }])),
    );
    const [own] = template.outputs;
    if (template.inputs !== inputs.length || own === undefined || !KEY_HASH_SCRIPT.test(own.script))
      throw new Error("its daemon made another transaction than it was asked for");
    const utxo: TransactionOutput = { value: coin.utxoSize, script: keyScript(publicKey) };
    const wanted = Array<TransactionOutput>(outputs).fill(utxo);
    if (change > 0) wanted.push({ value: change, script: own.script });
    const hex = await this.sign(withOutputs(template, wanted));
    return String(await rpc.call("sendrawtransaction", [hex]));
  }

  private async sign(hex: string): Promise<string> {
    const answer = await this.signed(hex);
    const { hex: signed, complete } = isObject(answer) ? answer : {};
    if (typeof signed !== "string" || complete !== true)
      throw new Error(
        "its daemon has not signed all inputs of a split; does its wallet have the notary's key?",
      );
    return signed;
  }

  /** Newer daemons have the one call, komodod has the other (docs/internals/domain.md, dialects). */
  private async signed(hex: string): Promise<unknown> {
    try {
      return await this.args.rpc.call("signrawtransactionwithwallet", [hex]);
    } catch (failure) {
      if (!(failure instanceof RpcError) || failure.code !== METHOD_NOT_FOUND) throw failure;
      return this.args.rpc.call("signrawtransaction", [hex]);
    }
  }

  private textOf(plan: SplitPlan): string {
    switch (plan.kind) {
      case "enough":
        return "nothing";
      case "waiting":
        return "waits until the last split is in a block";
      case "short":
        return "nothing can be split";
      case "split": {
        const text = splitText(plan.split, this.args.coin.utxoSize);
        return this.args.bounds.dryRun === true ? `dry run: would ${text}` : text;
      }
    }
  }

  private warningOf(plan: SplitPlan, count: number): string | undefined {
    if (!("missing" in plan) || plan.missing === 0) return undefined;
    const { coin, bounds } = this.args;
    return (
      `it has ${count} of at least ${bounds.low} notary UTXOs, and too few other coins to make more: ` +
      `send ${coinText(plan.missing)} or more to ${coin.address}`
    );
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
