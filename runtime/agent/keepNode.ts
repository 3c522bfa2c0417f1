import { Bell } from "./Bell";
import { CoinKeeper } from "./CoinKeeper";
import { KeyKeeper } from "./KeyKeeper";
import type { AgentCoin, AgentSecrets, CoinSecrets, NodePlan } from "./plan";
import { repeat } from "./rounds";
import type { StatusBoard } from "./StatusBoard";

export interface KeepingArgs<Plan> {
  readonly plan: Plan;
  readonly secrets: AgentSecrets;
  readonly board: StatusBoard;
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

/** Keeps the key of a node without Iguana in its wallets. Each coin is looked after by itself. */
export function keepNode({ plan, secrets, board, poll }: KeepingArgs<NodePlan>): Keeping {
  const bell = new Bell();
  const coins = plan.coins.map((coin) => {
    const { key } = keyKeeperOf(coin, secrets, board);
    return new CoinKeeper({ symbol: coin.symbol, board, key });
  });
  const rounds = coins.map((coin) => repeat(bell, poll, async () => ({ ok: await coin.round() })));
  return { kept: Promise.all(rounds) };
}

/** The keeper of the key in a coin's daemon, and the coin's own secrets. */
export function keyKeeperOf(
  coin: AgentCoin,
  { coins }: AgentSecrets,
  board: StatusBoard,
): { readonly key: KeyKeeper; readonly own: CoinSecrets } {
  const own = coins[coin.symbol];
  if (own === undefined) throw new Error(`no credentials for ${coin.symbol}`);
  return { key: new KeyKeeper({ coin, secrets: own, board }), own };
}
