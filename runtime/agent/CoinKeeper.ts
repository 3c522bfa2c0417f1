import type { Bell } from "./Bell";
import { ChainRpc } from "./ChainRpc";
import { NotYet } from "./failures";
import type { IguanaKeeper } from "./IguanaKeeper";
import type { IguanaRpc } from "./IguanaRpc";
import { unlockOutputs } from "./notaryUtxos";
import type { AgentCoin, AgentPlan, CoinSecrets } from "./plan";
import type { StatusBoard } from "./StatusBoard";
import { type CoinFacts, nextStep } from "./steps";
import { UtxoKeeper } from "./UtxoKeeper";
import { Wallet } from "./Wallet";

/**
 * Iguana calls the chain when it is asked for a height. So it is asked after a new block, and otherwise this seldom.
 */
const IGUANA_HEIGHT_MILLISECONDS = 30_000;

export interface CoinKeeperArgs {
  readonly coin: AgentCoin;
  readonly secrets: CoinSecrets;
  readonly plan: AgentPlan;
  readonly board: StatusBoard;
  readonly iguana: { readonly rpc: IguanaRpc; readonly keeper: IguanaKeeper };
  /** Wakes all coins. */
  readonly coinsBell: Bell;
  /** The least time between two looks at the coin's notary UTXOs. */
  readonly utxoMilliseconds: number;
}

/**
 * Keeps one coin's key in its daemon, and the coin added to Iguana and notarised. It does so again after either has
 * restarted.
 */
export class CoinKeeper {
  private known: CoinFacts = { ours: false, outputsFreeIn: 0, addedIn: 0, dpowIn: 0 };
  private iguanaAskedAt = 0;
  private unseenBefore: number | undefined;
  /** Why outputs that an earlier Iguana locked may still be so; undefined where they are not. */
  private stillLocked: string | undefined;
  private readonly rpc: ChainRpc;
  private readonly wallet: Wallet;
  private readonly utxos: UtxoKeeper | undefined;
  /** Whether another coin is notarised to this one. */
  private readonly isDestination: boolean;

  constructor(private readonly args: CoinKeeperArgs) {
    const { coin, secrets, plan, board, utxoMilliseconds: milliseconds } = args;
    this.rpc = new ChainRpc(coin.rpcPort, secrets);
    this.wallet = new Wallet(this.rpc, coin.address, (event) => this.event(event));
    const { publicKey } = plan;
    const { rpc } = this;
    this.utxos =
      coin.utxos === undefined
        ? undefined
        : new UtxoKeeper({ coin, bounds: coin.utxos, publicKey, rpc, board, milliseconds });
    this.isDestination = plan.coins.some(({ dpow }) => dpow?.dest === coin.symbol);
  }

  get symbol(): string {
    return this.args.coin.symbol;
  }

  get facts(): CoinFacts {
    return this.known;
  }

  /** Looks at the coin once, and does all that can be done for it now. False where something is wrong with it. */
  async round(destination: CoinFacts | undefined): Promise<boolean> {
    try {
      const height = await this.probe();
      await this.advance(height, destination);
      return true;
    } catch (failure) {
      if (!(failure instanceof NotYet)) {
        this.args.board.setCoin(
          this.symbol,
          "error",
          failure instanceof Error ? failure.message : String(failure),
        );
        return false;
      }
      if (failure.waitingState === "waiting-for-iguana") this.args.iguana.keeper.doubt();
      this.args.board.setCoin(this.symbol, failure.waitingState, failure.message);
      return true;
    }
  }

  /** The chain's height. It looks for the key each time, because a daemon may come back with another wallet. */
  private async probe(): Promise<number> {
    try {
      const height = Number(await this.rpc.call("getblockcount"));
      const { isOurs, unseenBefore, lostLabel } = await this.wallet.look();
      this.unseenBefore = unseenBefore;
      if (lostLabel !== undefined) await this.wallet.label(this.args.secrets.wif, lostLabel);
      this.know({ ours: isOurs });
      this.args.board.setHeights(this.symbol, { chainHeight: height });
      return height;
    } catch (failure) {
      this.know({ ours: false });
      this.args.board.setHeights(this.symbol, { chainHeight: null, iguanaHeight: null });
      throw failure;
    }
  }

  private async advance(height: number, destination: CoinFacts | undefined): Promise<void> {
    for (;;) {
      const { facts } = this.args.iguana.keeper;
      const step = nextStep({ coin: this.args.coin, facts: this.known, destination, iguana: facts });
      switch (step) {
        case "watch":
          await this.watch(height);
          return;
        case "waiting-for-iguana":
          this.args.board.setHeights(this.symbol, { iguanaHeight: null });
          this.args.board.setCoin(this.symbol, step);
          return;
        case "waiting-for-dest":
          this.waitForDestination(destination);
          return;
      }
      this.args.board.setCoin(this.symbol, step);
      switch (step) {
        case "importing-key":
          this.requireImport();
          await this.wallet.importKey(this.args.secrets.wif, height);
          this.unseenBefore = (await this.wallet.look()).unseenBefore;
          this.know({ ours: true });
          break;
        case "unlocking-outputs":
          await this.unlockOutputs(facts.life);
          break;
        case "adding":
          await this.add(facts.life);
          break;
        case "unlocking":
          await this.args.iguana.keeper.unlock();
          break;
        case "starting-dpow":
          await this.startDpow(facts.life);
          break;
      }
    }
  }

  private requireImport(): void {
    if (this.args.coin.importsKey !== false) return;
    throw new Error(
      `its daemon, which somebody else runs, does not have the notary's key for ${this.args.coin.address}; ` +
        "import it there, or allow this agent to do so with importKey in dokomodo:external",
    );
  }

  /** A daemon that refuses to say or unlock them keeps nobody from notarising. */
  private async unlockOutputs(life: number): Promise<void> {
    try {
      const count = await unlockOutputs(this.rpc, this.args.plan.publicKey, this.args.coin);
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
    const isNew = await this.args.iguana.rpc.addCoin(this.args.coin, this.args.secrets);
    this.know({ addedIn: life });
    this.args.board.setHeights(this.symbol, { iguanaHeight: null });
    this.event(isNew ? "added to Iguana" : "Iguana has it already");
    if (this.isDestination) this.args.coinsBell.ring();
  }

  private async startDpow(life: number): Promise<void> {
    if (this.args.coin.dpow === undefined) return;
    const { dest, freq } = this.args.coin.dpow;
    const { publicKey: pubkey } = this.args.plan;
    const isNew = await this.args.iguana.rpc.startDpow({ symbol: this.symbol, dest, pubkey, freq });
    this.know({ dpowIn: life });
    this.event(isNew ? `dpow accepted, notarised to ${dest}` : `is notarised to ${dest} already`);
  }

  private waitForDestination(destination: CoinFacts | undefined): void {
    const dest = this.args.coin.dpow?.dest ?? "";
    if (destination === undefined)
      throw new Error(`it is notarised to ${dest}, which is not a chain of this notary`);
    this.args.board.setCoin(this.symbol, "waiting-for-dest", dest);
  }

  private async watch(height: number): Promise<void> {
    const { iguanaHeight } = this.args.board.coin(this.symbol);
    let seen: number | null = iguanaHeight;
    if (seen !== height || Date.now() - this.iguanaAskedAt > IGUANA_HEIGHT_MILLISECONDS) {
      const answer = await this.args.iguana.rpc.height(this.symbol);
      if (answer === undefined) {
        this.know({ addedIn: 0, dpowIn: 0 });
        throw new NotYet("waiting-for-iguana", "Iguana no longer knows the coin");
      }
      this.iguanaAskedAt = Date.now();
      seen = answer;
      this.args.board.setHeights(this.symbol, { iguanaHeight: seen });
    }
    await this.utxos?.round(height);
    const details = [
      seen === null ? "Iguana does not reach this chain" : [],
      this.stillLocked === undefined
        ? []
        : `what an earlier Iguana had locked stays so (${this.stillLocked})`,
      this.unseenText(),
    ].flat();
    this.args.board.setCoin(this.symbol, "ready", details.length === 0 ? undefined : details.join("; "));
  }

  private unseenText(): string[] {
    if (this.unseenBefore === undefined) return [];
    return [
      `its key came at height ${this.unseenBefore} and was not rescanned for, so coins received before are not seen; ` +
        "if there are any, rescan, which takes hours (docs/guide/trouble.md, coins that came before the key)",
    ];
  }

  private know(facts: Partial<CoinFacts>): void {
    this.known = { ...this.known, ...facts };
  }

  private event(text: string): void {
    this.args.board.event(this.symbol, text);
  }
}
