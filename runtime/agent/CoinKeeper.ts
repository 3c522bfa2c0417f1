import type { Bell } from "../lease/Bell";
import { ChainRpc } from "./ChainRpc";
import { NotYet } from "./failures";
import type { IguanaKeeper } from "./IguanaKeeper";
import type { IguanaRpc } from "./IguanaRpc";
import type { AgentCoin, AgentPlan, CoinSecrets } from "./plan";
import type { StatusBoard } from "./StatusBoard";
import { type CoinFacts, nextStep } from "./steps";
import { Wallet } from "./Wallet";

/** Iguana asks the chain when it is asked for a height, so it is asked on a new block, and else this seldom. */
const IGUANA_HEIGHT_MILLISECONDS = 30_000;

/** Keeps one coin's key in its daemon, and the coin added to Iguana and notarised, through restarts of both. */
export class CoinKeeper {
  private known: CoinFacts = { ours: false, addedIn: 0, dpowIn: 0 };
  private iguanaAskedAt = 0;
  private unseenBefore: number | undefined;
  private readonly rpc: ChainRpc;
  private readonly wallet: Wallet;
  /** Whether another coin waits for this one. */
  private readonly isDest: boolean;

  constructor(
    private readonly coin: AgentCoin,
    private readonly secrets: CoinSecrets,
    private readonly plan: AgentPlan,
    private readonly board: StatusBoard,
    private readonly iguana: { readonly rpc: IguanaRpc; readonly keeper: IguanaKeeper },
    private readonly coinsBell: Bell,
  ) {
    this.rpc = new ChainRpc(coin.rpcPort, secrets);
    this.wallet = new Wallet(this.rpc, coin.address, (event) => this.event(event));
    this.isDest = plan.coins.some(({ dpow }) => dpow?.dest === coin.symbol);
  }

  get symbol(): string {
    return this.coin.symbol;
  }

  get facts(): CoinFacts {
    return this.known;
  }

  /** One look at the coin, and all that can be done for it now; false where something is wrong with it. */
  async round(destination: CoinFacts | undefined): Promise<boolean> {
    try {
      const height = await this.probe();
      await this.advance(height, destination);
      return true;
    } catch (failure) {
      if (!(failure instanceof NotYet)) {
        this.board.setCoin(
          this.symbol,
          "error",
          failure instanceof Error ? failure.message : String(failure),
        );
        return false;
      }
      if (failure.waitingState === "waiting-for-iguana") this.iguana.keeper.doubt();
      this.board.setCoin(this.symbol, failure.waitingState, failure.message);
      return true;
    }
  }

  /** At every look, whether the key is still there: a daemon may come back with another wallet. */
  private async probe(): Promise<number> {
    try {
      const height = Number(await this.rpc.call("getblockcount"));
      const { isOurs, unseenBefore, lostLabel } = await this.wallet.look();
      this.unseenBefore = unseenBefore;
      if (lostLabel !== undefined) await this.wallet.label(this.secrets.wif, lostLabel);
      this.know({ ours: isOurs });
      this.board.setHeights(this.symbol, { chainHeight: height });
      return height;
    } catch (failure) {
      this.know({ ours: false });
      this.board.setHeights(this.symbol, { chainHeight: null, iguanaHeight: null });
      throw failure;
    }
  }

  private async advance(height: number, destination: CoinFacts | undefined): Promise<void> {
    for (;;) {
      const { facts } = this.iguana.keeper;
      const step = nextStep(this.coin, this.known, destination, facts);
      switch (step) {
        case "watch":
          await this.watch(height);
          return;
        case "waiting-for-iguana":
          this.board.setHeights(this.symbol, { iguanaHeight: null });
          this.board.setCoin(this.symbol, step);
          return;
        case "waiting-for-dest":
          this.waitForDestination(destination);
          return;
      }
      this.board.setCoin(this.symbol, step);
      switch (step) {
        case "importing-key":
          this.requireImport();
          await this.wallet.importKey(this.secrets.wif, height);
          this.unseenBefore = (await this.wallet.look()).unseenBefore;
          this.know({ ours: true });
          break;
        case "adding":
          await this.add(facts.life);
          break;
        case "unlocking":
          await this.iguana.keeper.unlock();
          break;
        case "starting-dpow":
          await this.startDpow(facts.life);
          break;
      }
    }
  }

  private requireImport(): void {
    if (this.coin.importsKey !== false) return;
    throw new Error(
      `its daemon, which somebody else runs, does not have the notary's key for ${this.coin.address}; import it there, or allow it with importKey in dokomodo:external`,
    );
  }

  private async add(life: number): Promise<void> {
    const isNew = await this.iguana.rpc.addCoin(this.coin, this.secrets);
    this.know({ addedIn: life });
    this.board.setHeights(this.symbol, { iguanaHeight: null });
    this.event(isNew ? "added to Iguana" : "was in Iguana already");
    if (this.isDest) this.coinsBell.ring();
  }

  private async startDpow(life: number): Promise<void> {
    if (this.coin.dpow === undefined) return;
    const { dest, freq } = this.coin.dpow;
    const isNew = await this.iguana.rpc.startDpow(this.symbol, dest, this.plan.publicKey, freq);
    this.know({ dpowIn: life });
    this.event(isNew ? `dpow accepted, notarised to ${dest}` : `was notarised to ${dest} already`);
  }

  private waitForDestination(destination: CoinFacts | undefined): void {
    const dest = this.coin.dpow?.dest ?? "";
    if (destination === undefined)
      throw new Error(`is notarised to ${dest}, which is not a chain of this notary`);
    this.board.setCoin(this.symbol, "waiting-for-dest", dest);
  }

  private async watch(height: number): Promise<void> {
    const { iguanaHeight } = this.board.coin(this.symbol);
    let seen: number | null = iguanaHeight;
    if (seen !== height || Date.now() - this.iguanaAskedAt > IGUANA_HEIGHT_MILLISECONDS) {
      const answer = await this.iguana.rpc.height(this.symbol);
      if (answer === undefined) {
        this.know({ addedIn: 0, dpowIn: 0 });
        throw new NotYet("waiting-for-iguana", "Iguana does not know the coin any more");
      }
      this.iguanaAskedAt = Date.now();
      seen = answer;
      this.board.setHeights(this.symbol, { iguanaHeight: seen });
    }
    const details = [seen === null ? "Iguana does not reach this chain" : [], this.unseenText()].flat();
    this.board.setCoin(this.symbol, "ready", details.length === 0 ? undefined : details.join("; "));
  }

  private unseenText(): string[] {
    if (this.unseenBefore === undefined) return [];
    return [
      `its key came at height ${this.unseenBefore} and was not rescanned for, so coins received before are not seen; ` +
        "where there are any, rescan, which takes hours (docs/chains.md)",
    ];
  }

  private know(facts: Partial<CoinFacts>): void {
    this.known = { ...this.known, ...facts };
  }

  private event(text: string): void {
    this.board.event(this.symbol, text);
  }
}
