import type { DpowKeeper } from "./DpowKeeper";
import { NotYet, reasonOf } from "./failures";
import type { HeightKeeper } from "./HeightKeeper";
import type { KeyKeeper } from "./KeyKeeper";
import type { StatusBoard } from "./StatusBoard";

export interface CoinKeeperArgs {
  readonly symbol: string;
  readonly board: StatusBoard;
  /** Of the key; in a node without one, of the height alone. */
  readonly keeper: KeyKeeper | HeightKeeper;
  /** Absent in a node without Iguana. */
  readonly dpow?: DpowKeeper | undefined;
}

/** Keeps one coin as its keepers do, and says on the board what became of it. */
export class CoinKeeper {
  constructor(private readonly args: CoinKeeperArgs) {}

  /** Looks at the coin once, and does all that can be done for it now. False where something is wrong with it. */
  async round(): Promise<boolean> {
    const { symbol, board, keeper, dpow } = this.args;
    try {
      const height = await keeper.keep();
      const details = dpow === undefined ? [] : await dpow.advance(height);
      if (details === undefined) return true;
      const all = [...details, ...keeper.details];
      board.setCoin(symbol, "ready", all.length === 0 ? undefined : all.join("; "));
      return true;
    } catch (failure) {
      const isWaiting = failure instanceof NotYet;
      board.setCoin(symbol, isWaiting ? failure.waitingState : "error", reasonOf(failure));
      return isWaiting;
    }
  }
}
