import type { ChainRpc } from "./ChainRpc";
import type { StatusBoard } from "./StatusBoard";

/** Looks whether the daemon of one coin answers, in a node without a key. */
export class HeightKeeper {
  /** There is nothing that people have to know. */
  readonly details: readonly string[] = [];

  constructor(
    private readonly symbol: string,
    private readonly rpc: ChainRpc,
    private readonly board: StatusBoard,
  ) {}

  /** Resolves with the chain's height. */
  async keep(): Promise<number> {
    const { symbol, rpc, board } = this;
    try {
      const height = Number(await rpc.call("getblockcount"));
      board.setChainHeight(symbol, height);
      return height;
    } catch (failure) {
      board.setChainHeight(symbol, null);
      throw failure;
    }
  }
}
