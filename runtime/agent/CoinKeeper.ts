import type { DpowKeeper } from "./DpowKeeper";
import { NotYet } from "./failures";
import type { KeyKeeper } from "./KeyKeeper";
import type { StatusBoard } from "./StatusBoard";

export interface CoinKeeperArgs {
  readonly symbol: string;
  readonly board: StatusBoard;
  readonly key: KeyKeeper;
  /** Absent in a node without Iguana. */
  readonly dpow?: DpowKeeper | undefined;
}

/** Keeps one coin as its keepers do, and says on the board what became of it. */
export class CoinKeeper {
  constructor(private readonly args: CoinKeeperArgs) {}

  /** Looks at the coin once, and does all that can be done for it now. False where something is wrong with it. */
  async round(): Promise<boolean> {
    const { symbol, board, key, dpow } = this.args;
    try {
      const height = await key.keep();
      const details = dpow === undefined ? [] : await dpow.advance(height);
      if (details === undefined) return true;
      const all = [...details, ...key.details];
      board.setCoin(symbol, "ready", all.length === 0 ? undefined : all.join("; "));
      return true;
    } catch (failure) {
      const isWaiting = failure instanceof NotYet;
      const reason = failure instanceof Error ? failure.message : String(failure);
      board.setCoin(symbol, isWaiting ? failure.waitingState : "error", reason);
      return isWaiting;
    }
  }
}
