import type { CoinsAnswer, CoinsTransaction } from "../../readings/coinsAnswer";
import { type Merge, mergeText, planConsolidation } from "./consolidation";
import { KeyCoins, type KeyCoinsArgs } from "./KeyCoins";
import type { AgentPlan, KeyedCoin, NotaryCoin } from "./plan";
import { coinText, planSplit, type Split, splitText, totalOf } from "./split";
import { countOf, sendSplit } from "./UtxoKeeper";

export interface CoinCommandArgs extends KeyCoinsArgs {
  readonly plan: AgentPlan;
  /** Whether the transactions are made. Otherwise they are only shown. */
  readonly makes: boolean;
}

/**
 * Fills the notary UTXOs of a chain up to a number, in one transaction. It makes none while some are in no block yet.
 * Where the agent itself is about to fill them up, it is refused, so that they do not both do it.
 * @param wanted the number; the plan's high bound if absent
 */
export async function split(args: CoinCommandArgs, wanted: number | undefined): Promise<CoinsAnswer> {
  const { publicKey, makes } = args;
  const coin = notaryCoin(args.coin);
  const { utxos, symbol } = coin;
  const high = wanted ?? utxos?.high;
  if (high === undefined)
    throw new Error(
      `say how many notary UTXOs ${symbol} is to have (--to), because no bounds are stated for it`,
    );
  const coins = new KeyCoins(args);
  const held = await coins.holdings();
  const count = countOf(held);
  if (makes && utxos !== undefined && utxos.dryRun !== true && count < utxos.low)
    throw new Error(
      `${symbol} has ${count} notary UTXOs, and below ${utxos.low} this agent makes them itself, up to ${utxos.high}; ` +
        "its status says what keeps it from that",
    );
  const feeRate = await coins.feeRate();
  const facts = { count, unconfirmed: held.unconfirmed, low: high, high, size: coin.utxoSize };
  const plan = planSplit({ ...facts, coins: held.coins, feeRate });
  const has = `${symbol} has ${count} notary UTXOs (${held.locked} locked, ${held.unconfirmed} in no block yet).`;
  switch (plan.kind) {
    case "enough":
      return { symbol, text: [has, `It needs no more for ${high}.`], transactions: [] };
    case "waiting":
      return { symbol, text: [has, "A split waits until they are in a block."], transactions: [] };
    case "short":
      return { symbol, text: [has, missingText(plan.missing, high, coin)], transactions: [] };
    case "split": {
      const txid = makes ? await sendSplit(coins, plan.split, { coin, publicKey }) : undefined;
      const rest = count + plan.split.outputs;
      const text = [
        has,
        doneText(splitText(plan.split, coin.utxoSize), txid),
        ...(plan.missing > 0 ? [missingText(plan.missing, high, coin)] : []),
        ...(plan.missing === 0 && rest < high
          ? [`That makes ${rest} of ${high}. Do it again when it is in a block.`]
          : []),
      ];
      return { symbol, text, transactions: [splitTransaction(plan.split, txid)] };
    }
  }
}

/**
 * Merges the coins of the key's address, each transaction into one coin.
 * @param isAll whether notary UTXOs that are neither locked nor unconfirmed are merged as well
 */
export async function consolidate(args: CoinCommandArgs, isAll: boolean): Promise<CoinsAnswer> {
  const { coin, plan, makes } = args;
  const { symbol } = coin;
  if (isAll) refuseInUse(coin, plan);
  const coins = new KeyCoins(args);
  const held = await coins.holdings();
  const chosen = isAll ? [...held.coins, ...held.notaryUtxos] : held.coins;
  const merges = planConsolidation(chosen, await coins.feeRate());
  const kept = "utxoSize" in coin && !isAll ? ` and ${countOf(held)} notary UTXOs, which are kept` : "";
  const has = `${symbol} has ${chosen.length} coins of ${coinText(totalOf(chosen))} to merge${kept}.`;
  if (merges.length === 0)
    return { symbol, text: [has, "There are not two coins that are worth merging."], transactions: [] };
  const text: string[] = [has];
  const transactions: CoinsTransaction[] = [];
  for (const merge of merges) {
    const { inputs, output } = merge;
    try {
      const txid = makes ? await coins.send(inputs, (script) => [{ value: output, script }]) : undefined;
      text.push(doneText(mergeText(merge), txid));
      transactions.push(mergeTransaction(merge, txid));
    } catch (failure) {
      if (transactions.length === 0) throw failure;
      const why = failure instanceof Error ? failure.message : String(failure);
      text.push(`The other ${merges.length - transactions.length} transactions were not made: ${why}`);
      break;
    }
  }
  const merged = merges.reduce((sum, { inputs }) => sum + inputs.length, 0);
  if (merges.length > 1 || merged < chosen.length)
    text.push("Do it again when this is in a block, if more than one coin is left then.");
  return { symbol, text, transactions };
}

/** Iguana spends notary UTXOs whenever it likes, and the agent would make them again. */
function refuseInUse(coin: KeyedCoin | NotaryCoin, { iguana, coins }: AgentPlan): void {
  if (iguana === undefined || !("utxoSize" in coin)) return;
  const { symbol } = coin;
  const users = coins.filter(
    (each) =>
      "dpow" in each && each.dpow !== undefined && (each.symbol === symbol || each.dpow.dest === symbol),
  );
  if (users.length > 0)
    throw new Error(
      `Iguana spends the notary UTXOs of ${symbol}, because it notarises ${users.map((each) => each.symbol).join(", ")}. ` +
        "To merge them, let it notarise that no longer (`dest: { SYMBOL: none }` in dokomodo:notaries) and run " +
        "`pulumi up`; without --all only other coins are merged",
    );
  if (coin.utxos !== undefined && coin.utxos.dryRun !== true)
    throw new Error(
      `this agent would make the notary UTXOs of ${symbol} again; write \`utxos: { ${symbol}: none }\` in ` +
        "dokomodo:notaries and run `pulumi up` first",
    );
}

function notaryCoin(coin: KeyedCoin | NotaryCoin): NotaryCoin {
  if ("utxoSize" in coin) return coin;
  throw new Error(`this node has no Iguana, so nobody needs notary UTXOs on ${coin.symbol}`);
}

function doneText(text: string, txid: string | undefined): string {
  return txid === undefined ? `It would ${text}.` : `${text}: ${txid}`;
}

function missingText(missing: number, high: number, { address }: NotaryCoin): string {
  return `There are too few other coins for ${high}: send ${coinText(missing)} or more to ${address}.`;
}

function splitTransaction({ inputs, outputs, change, fee }: Split, txid?: string): CoinsTransaction {
  const all = outputs + (change > 0 ? 1 : 0);
  return { inputs: inputs.length, value: totalOf(inputs) / 1e8, outputs: all, fee: fee / 1e8, txid };
}

function mergeTransaction({ inputs, fee }: Merge, txid?: string): CoinsTransaction {
  return { inputs: inputs.length, value: totalOf(inputs) / 1e8, outputs: 1, fee: fee / 1e8, txid };
}
