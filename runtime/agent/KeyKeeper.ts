import { ChainRpc } from "./ChainRpc";
import type { KeyedCoin, KeyedSecrets } from "./plan";
import type { StatusBoard } from "./StatusBoard";
import { Wallet } from "./Wallet";

export interface KeyKeeperArgs {
  readonly coin: KeyedCoin;
  readonly secrets: KeyedSecrets;
  readonly board: StatusBoard;
}

/** Keeps the key in the wallet of one coin's daemon. */
export class KeyKeeper {
  readonly rpc: ChainRpc;
  private readonly wallet: Wallet;
  private isThere = false;
  private isKnown = false;
  private unseenBefore: number | undefined;

  constructor(private readonly args: KeyKeeperArgs) {
    const { coin, secrets, board } = args;
    this.rpc = new ChainRpc(coin, secrets);
    this.wallet = new Wallet(this.rpc, coin.address, (event) => board.event(coin.symbol, event));
  }

  /** Whether the chain answered the last call, and its wallet holds the key. */
  get isInWallet(): boolean {
    return this.isThere;
  }

  /** Whether its wallet holds the key; undefined while the chain does not answer. */
  get hasKey(): boolean | undefined {
    return this.isKnown ? this.isThere : undefined;
  }

  /** What people have to know of a key that is in the wallet. */
  get details(): readonly string[] {
    if (this.unseenBefore === undefined) return [];
    return [
      `its key came at height ${this.unseenBefore} and was not rescanned for, so coins received before are not seen; ` +
        "if there are any, rescan, which takes hours (docs/guide/trouble.md, coins that came before the key)",
    ];
  }

  /**
   * Looks for the key, and imports it where it is absent. To be called again and again, because a daemon may come back
   * with another wallet. Resolves with the chain's height.
   */
  async keep(): Promise<number> {
    const height = await this.look();
    if (!this.isThere) await this.import(height);
    return height;
  }

  private async look(): Promise<number> {
    const { coin, secrets, board } = this.args;
    try {
      const height = Number(await this.rpc.call("getblockcount"));
      const { isOurs, unseenBefore, lostLabel } = await this.wallet.look();
      this.unseenBefore = unseenBefore;
      if (lostLabel !== undefined) await this.wallet.label(secrets.wif, lostLabel);
      this.isThere = isOurs;
      this.isKnown = true;
      board.setChainHeight(coin.symbol, height);
      return height;
    } catch (failure) {
      this.isThere = false;
      this.isKnown = false;
      board.setChainHeight(coin.symbol, null);
      throw failure;
    }
  }

  private async import(height: number): Promise<void> {
    const { coin, secrets, board } = this.args;
    board.setCoin(coin.symbol, "importing-key");
    if (coin.importsKey === false)
      throw new Error(
        `its daemon, which somebody else runs, does not have the key of ${coin.address}; ` +
          "import it there, or allow this agent to do so with importKey in dokomodo:external",
      );
    await this.wallet.importKey(secrets.wif, height);
    this.unseenBefore = (await this.wallet.look()).unseenBefore;
    this.isThere = true;
  }
}
