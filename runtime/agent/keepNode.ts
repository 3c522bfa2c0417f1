import { Bell } from "./Bell";
import { ChainRpc } from "./ChainRpc";
import { CoinKeeper } from "./CoinKeeper";
import { HeightKeeper } from "./HeightKeeper";
import { KeyKeeper } from "./KeyKeeper";
import type { AgentCoin, AgentSecrets, CoinSecrets, KeyedSecrets, NodePlan } from "./plan";
import type { ReadingsBoard } from "./ReadingsBoard";
import { repeat } from "./rounds";
import type { StatusBoard } from "./StatusBoard";

export interface KeepingArgs<Plan> {
  readonly plan: Plan;
  readonly secrets: AgentSecrets;
  readonly board: StatusBoard;
  readonly readings: ReadingsBoard;
  /** Milliseconds between two looks at the same daemon. */
  readonly poll: number;
}

/** What goes on until the agent ends. */
export interface Keeping {
  /** Does not resolve. Rejects with what nobody foresaw. */
  readonly kept: Promise<unknown>;
  /** To be called when the agent is asked to end. */
  readonly leave?: (() => Promise<void>) | undefined;
}

/** Keeps the key of a node without Iguana in its wallets, if it has one. Each coin is looked after by itself. */
export function keepNode({ plan, secrets, board, readings, poll }: KeepingArgs<NodePlan>): Keeping {
  const bell = new Bell();
  const coins = plan.coins.map((coin) => {
    const { symbol } = coin;
    const keeper =
      plan.publicKey === undefined
        ? new HeightKeeper(symbol, new ChainRpc(coin, secretsOf(coin, secrets)), board)
        : keyKeeperOf(coin, secrets, board).key;
    if (keeper instanceof KeyKeeper) readings.followKey(symbol, () => keeper.hasKey);
    return new CoinKeeper({ symbol, board, keeper });
  });
  const rounds = coins.map((coin) => repeat(bell, poll, async () => ({ ok: await coin.round() })));
  return { kept: Promise.all(rounds) };
}

/** The keeper of the key in a coin's daemon, and the coin's own secrets. */
export function keyKeeperOf(
  coin: AgentCoin,
  secrets: AgentSecrets,
  board: StatusBoard,
): { readonly key: KeyKeeper; readonly own: KeyedSecrets } {
  const { wif, ...credentials } = secretsOf(coin, secrets);
  const { address } = coin;
  if (wif === undefined || address === undefined) throw new Error(`no key for ${coin.symbol}`);
  const own = { ...credentials, wif };
  return { key: new KeyKeeper({ coin: { ...coin, address }, secrets: own, board }), own };
}

/** The secrets of one coin. */
export function secretsOf({ symbol }: AgentCoin, { coins }: AgentSecrets): CoinSecrets {
  const own = coins[symbol];
  if (own === undefined) throw new Error(`no credentials for ${symbol}`);
  return own;
}
