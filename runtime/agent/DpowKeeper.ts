import type { Bell } from "./Bell";
import { NotYet } from "./failures";
import type { IguanaKeeper } from "./IguanaKeeper";
import type { IguanaRpc } from "./IguanaRpc";
import type { KeyKeeper } from "./KeyKeeper";
import { unlockOutputs } from "./notaryUtxos";
import type { CoinSecrets, NotaryCoin, NotaryPlan } from "./plan";
import type { StatusBoard } from "./StatusBoard";
import { type CoinFacts, nextStep } from "./steps";
import { UtxoKeeper } from "./UtxoKeeper";

/**
 * Iguana calls the chain when it is asked for a height. So it is asked after a new block, and otherwise this seldom.
 */
const IGUANA_HEIGHT_MILLISECONDS = 30_000;

export interface DpowKeeperArgs {
  readonly coin: NotaryCoin;
  readonly secrets: CoinSecrets;
  readonly plan: NotaryPlan;
  readonly board: StatusBoard;
  readonly key: KeyKeeper;
  readonly iguana: { readonly rpc: IguanaRpc; readonly keeper: IguanaKeeper };
  /** What is known about the coin that this one is notarised to; undefined where the notary does not have it. */
  readonly destination: () => CoinFacts | undefined;
  /** Wakes all coins. */
  readonly coinsBell: Bell;
  /** The least time between two looks at the coin's notary UTXOs. */
  readonly utxoMilliseconds: number;
}

/** Keeps one coin added to Iguana and notarised. It does so again after Iguana has restarted. */
export class DpowKeeper {
  private known: Omit<CoinFacts, "ours"> = { outputsFreeIn: 0, addedIn: 0, dpowIn: 0 };
  private iguanaAskedAt = 0;
  /** Why outputs that an earlier Iguana locked may still be so; undefined where they are not. */
  private stillLocked: string | undefined;
  private readonly utxos: UtxoKeeper | undefined;
  /** Whether another coin is notarised to this one. */
  private readonly isDestination: boolean;

  constructor(private readonly args: DpowKeeperArgs) {
    const { coin, plan, board, key, utxoMilliseconds: milliseconds } = args;
    const { rpc } = key;
    const { publicKey } = plan;
    this.utxos =
      coin.utxos === undefined
        ? undefined
        : new UtxoKeeper({ coin, bounds: coin.utxos, publicKey, rpc, board, milliseconds });
    this.isDestination = plan.coins.some(({ dpow }) => dpow?.dest === coin.symbol);
  }

  get facts(): CoinFacts {
    return { ...this.known, ours: this.args.key.isInWallet };
  }

  /**
   * Does all that can be done now for a coin whose daemon has the key. Resolves with what people have to know of a coin
   * that is ready; undefined where the coin waits, which the board then says.
   */
  async advance(height: number): Promise<readonly string[] | undefined> {
    try {
      return await this.advanceAt(height);
    } catch (failure) {
      if (failure instanceof NotYet && failure.waitingState === "waiting-for-iguana")
        this.args.iguana.keeper.doubt();
      throw failure;
    }
  }

  private async advanceAt(height: number): Promise<readonly string[] | undefined> {
    const { coin, board, iguana } = this.args;
    for (;;) {
      const { facts } = iguana.keeper;
      const destination = this.args.destination();
      const step = nextStep({ coin, facts: this.known, destination, iguana: facts });
      switch (step) {
        case "watch":
          return this.watch(height);
        case "waiting-for-iguana":
          board.setIguanaHeight(coin.symbol, null);
          board.setCoin(coin.symbol, step);
          return undefined;
        case "waiting-for-dest":
          this.waitForDestination(destination);
          return undefined;
      }
      board.setCoin(coin.symbol, step);
      switch (step) {
        case "unlocking-outputs":
          await this.unlockOutputs(facts.life);
          break;
        case "adding":
          await this.add(facts.life);
          break;
        case "unlocking":
          await iguana.keeper.unlock();
          break;
        case "starting-dpow":
          await this.startDpow(facts.life);
          break;
      }
    }
  }

  /** A daemon that refuses to say or unlock them keeps nobody from notarising. */
  private async unlockOutputs(life: number): Promise<void> {
    const { key, plan, coin } = this.args;
    try {
      const count = await unlockOutputs(key.rpc, plan.publicKey, coin);
      this.stillLocked = undefined;
      if (count > 0) this.event(`${count} outputs unlocked that an earlier Iguana had locked`);
    } catch (failure) {
      if (failure instanceof NotYet) throw failure;
      this.stillLocked = failure instanceof Error ? failure.message : String(failure);
      this.event(`what an earlier Iguana had locked stays so (${this.stillLocked})`);
    }
    this.know({ outputsFreeIn: life });
  }

  private async add(life: number): Promise<void> {
    const { coin, secrets, board, iguana } = this.args;
    const isNew = await iguana.rpc.addCoin(coin, secrets);
    this.know({ addedIn: life });
    board.setIguanaHeight(coin.symbol, null);
    this.event(isNew ? "added to Iguana" : "Iguana has it already");
    if (this.isDestination) this.args.coinsBell.ring();
  }

  private async startDpow(life: number): Promise<void> {
    const { coin, plan, iguana } = this.args;
    if (coin.dpow === undefined) return;
    const { dest, freq } = coin.dpow;
    const request = { symbol: coin.symbol, dest, pubkey: plan.publicKey, freq };
    const isNew = await iguana.rpc.startDpow(request);
    this.know({ dpowIn: life });
    this.event(isNew ? `dpow accepted, notarised to ${dest}` : `is notarised to ${dest} already`);
  }

  private waitForDestination(destination: CoinFacts | undefined): void {
    const { coin, board } = this.args;
    const dest = coin.dpow?.dest ?? "";
    if (destination === undefined)
      throw new Error(`it is notarised to ${dest}, which is not a chain of this notary`);
    board.setCoin(coin.symbol, "waiting-for-dest", dest);
  }

  private async watch(height: number): Promise<readonly string[]> {
    const { coin, board, iguana } = this.args;
    let seen = board.coin(coin.symbol).iguanaHeight ?? null;
    if (seen !== height || Date.now() - this.iguanaAskedAt > IGUANA_HEIGHT_MILLISECONDS) {
      const answer = await iguana.rpc.height(coin.symbol);
      if (answer === undefined) {
        this.know({ addedIn: 0, dpowIn: 0 });
        throw new NotYet("waiting-for-iguana", "Iguana no longer knows the coin");
      }
      this.iguanaAskedAt = Date.now();
      seen = answer;
      board.setIguanaHeight(coin.symbol, seen);
    }
    await this.utxos?.round(height);
    return [
      seen === null ? "Iguana does not reach this chain" : [],
      this.stillLocked === undefined
        ? []
        : `what an earlier Iguana had locked stays so (${this.stillLocked})`,
    ].flat();
  }

  private know(facts: Partial<CoinFacts>): void {
    this.known = { ...this.known, ...facts };
  }

  private event(text: string): void {
    this.args.board.event(this.args.coin.symbol, text);
  }
}
