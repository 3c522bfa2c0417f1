import type { ChainRpc } from "./ChainRpc";
import { type Holdings, KeyCoins, LEAST_FEE_RATE } from "./KeyCoins";
import { keyScript } from "./notaryUtxos";
import type { NotaryCoin, UtxoBounds } from "./plan";
import type { TransactionOutput } from "./rawTransaction";
import type { StatusBoard, UtxoStatus } from "./StatusBoard";
import { coinText, planSplit, type Split, type SplitPlan, splitText } from "./split";

export interface UtxoKeeperArgs {
  readonly coin: NotaryCoin;
  readonly bounds: UtxoBounds;
  readonly publicKey: string;
  readonly rpc: ChainRpc;
  readonly board: StatusBoard;
  /** The least time between two looks. */
  readonly milliseconds: number;
}

/**
 * Keeps the number of notary UTXOs of one chain between two bounds, by splitting coins of the notary's address. It keeps
 * nothing over a restart: whether a split is under way is seen in the wallet.
 */
export class UtxoKeeper {
  private lookedAt = 0;
  private lookedHeight: number | undefined;
  private lastSplit: string | undefined;

  private readonly coins: KeyCoins;

  constructor(private readonly args: UtxoKeeperArgs) {
    this.coins = new KeyCoins(args);
  }

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
    const held = await this.coins.holdings();
    const count = countOf(held);
    const facts = { ...bounds, count, unconfirmed: held.unconfirmed, size: coin.utxoSize, coins: held.coins };
    const plan = planSplit({
      ...facts,
      feeRate: count < bounds.low ? await this.coins.feeRate() : LEAST_FEE_RATE,
    });
    const text = this.textOf(plan);
    const status = { ...bounds, count, unconfirmed: held.unconfirmed, locked: held.locked, next: text };
    board.setUtxos(coin.symbol, { ...status, lastSplit: this.lastSplit }, this.warningOf(plan, count));
    if (plan.kind !== "split" || bounds.dryRun === true) return;
    this.lastSplit = await sendSplit(this.coins, plan.split, this.args);
    board.event(coin.symbol, `${splitText(plan.split, coin.utxoSize)}: ${this.lastSplit}`);
    const after = { ...status, count: count + plan.split.outputs, unconfirmed: plan.split.outputs };
    const done: UtxoStatus = { ...after, next: this.textOf({ kind: "waiting" }), lastSplit: this.lastSplit };
    board.setUtxos(coin.symbol, done, this.warningOf(plan, count));
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

/** The notary UTXOs that there are, with those in no block yet and those that are locked. */
export function countOf({ notaryUtxos, unconfirmed, locked }: Holdings): number {
  return notaryUtxos.length + unconfirmed + locked;
}

/** Makes the split's transaction, and answers with its id. */
export function sendSplit(
  coins: KeyCoins,
  { inputs, outputs, change }: Split,
  { coin, publicKey }: Pick<UtxoKeeperArgs, "coin" | "publicKey">,
): Promise<string> {
  const utxo: TransactionOutput = { value: coin.utxoSize, script: keyScript(publicKey) };
  return coins.send(inputs, (script) => [
    ...Array<TransactionOutput>(outputs).fill(utxo),
    ...(change > 0 ? [{ value: change, script }] : []),
  ]);
}
