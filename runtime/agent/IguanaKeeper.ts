import type { Bell } from "../lease/Bell";
import { ALWAYS, type Permit } from "../lease/keeper";
import { NotYet } from "./failures";
import type { IguanaRpc } from "./IguanaRpc";
import type { AgentPlan, AgentSecrets } from "./plan";
import type { StatusBoard } from "./StatusBoard";
import type { IguanaFacts } from "./steps";

/** Iguana locks its wallet again some day, after 116 of them at most; unlocking twice does no harm. */
const UNLOCKED_MILLISECONDS = 24 * 60 * 60 * 1000;

/** Keeps Iguana's address, its notaries and its wallet as the plan says, through its restarts. */
export class IguanaKeeper {
  private known: IguanaFacts = { ready: false, life: 0, unlockedIn: 0 };
  private registered = false;
  private unlocking: Promise<void> | undefined;
  private unlockedAt = 0;

  constructor(
    private readonly rpc: IguanaRpc,
    private readonly plan: AgentPlan,
    private readonly secrets: AgentSecrets,
    private readonly board: StatusBoard,
    private readonly bells: { readonly iguana: Bell; readonly coins: Bell },
    private readonly permit: Permit = ALWAYS,
    /** Why Iguana, such as it is, may be told nothing. */
    private readonly refusal: () => string | undefined = () => undefined,
  ) {}

  get facts(): IguanaFacts {
    return this.known;
  }

  /** Called by a coin to which Iguana did not answer as expected: look at once what has become of Iguana. */
  doubt(): void {
    this.known = { ...this.known, ready: false };
    this.bells.iguana.ring();
  }

  /** One look at Iguana; false where it will be the same for a while. */
  async round(): Promise<boolean> {
    if (!this.permit.isGiven) {
      this.known = { ...this.known, ready: false };
      this.board.setIguana(this.permit.isLeaving ? "leaving" : "waiting-for-lease");
      return true;
    }
    const refused = this.refusal();
    if (refused !== undefined) {
      this.known = { ...this.known, ready: false };
      this.board.setIguana("outdated", refused);
      return true;
    }
    try {
      await this.look();
      this.board.setIguana("ready");
      if (!this.known.ready) {
        this.known = { ...this.known, ready: true };
        this.bells.coins.ring();
      }
      return true;
    } catch (failure) {
      this.known = { ...this.known, ready: false };
      const reason = failure instanceof Error ? failure.message : String(failure);
      this.board.setIguana(failure instanceof NotYet ? "waiting-for-rpc" : "error", reason);
      return failure instanceof NotYet;
    }
  }

  /** Once for all coins that need it. */
  unlock(): Promise<void> {
    this.unlocking ??= this.unlockNow().finally(() => {
      this.unlocking = undefined;
    });
    return this.unlocking;
  }

  /**
   * Iguana keeps nothing over a restart: one that knows no notary begins a new life. It lists its own address as soon as
   * one was added, so one that knows others and not the plan's address was told another one.
   */
  private async look(): Promise<void> {
    const notaries = await this.rpc.knownNotaries();
    const isNew = notaries.length === 0;
    if (!isNew && !notaries.includes(this.plan.ipAddress))
      throw new Error(
        `Iguana knows notaries and not ${this.plan.ipAddress}: it was told another address, which it keeps until it restarts`,
      );
    if (isNew || this.known.life === 0) {
      if (isNew && this.registered)
        this.board.event("Iguana", "has restarted and lost everything; bringing it up again");
      this.registered = false;
      this.known = { ...this.known, ready: false, life: this.known.life + 1 };
    }
    if (Date.now() - this.unlockedAt > UNLOCKED_MILLISECONDS) this.known = { ...this.known, unlockedIn: 0 };
    if (this.registered) return;
    this.board.setIguana("registering");
    // Not while it runs: myipaddr makes a running Iguana forget its number among the notaries (dPoW main.c).
    if (isNew) await this.setAddress();
    const missing = new Set(
      [this.plan.ipAddress, ...this.plan.notaries].filter((ip) => !notaries.includes(ip)),
    );
    for (const ip of missing) await this.rpc.addNotary(ip);
    if (isNew && !(await this.rpc.knownNotaries()).includes(this.plan.ipAddress))
      throw new Error("Iguana takes no notaries; does it run as a notary (`iguana notary`)?");
    this.registered = true;
    this.board.event("Iguana", isNew ? `knows its address and ${missing.size} notaries` : "runs already");
  }

  private async setAddress(): Promise<void> {
    const { ipAddress } = this.plan;
    const answer = await this.rpc.setAddress(ipAddress);
    // The first address that Iguana is told wins.
    if (answer !== ipAddress)
      throw new Error(`Iguana keeps the address ${answer} until it restarts; the plan says ${ipAddress}`);
  }

  private async unlockNow(): Promise<void> {
    const { life } = this.known;
    const publicKey = await this.rpc.unlock(this.secrets.passphrase);
    if (typeof publicKey === "string" && publicKey !== this.plan.publicKey)
      throw new Error(
        `the passphrase gives the public key ${publicKey}, the plan says ${this.plan.publicKey}`,
      );
    this.known = { ...this.known, unlockedIn: life };
    this.unlockedAt = Date.now();
    this.board.event("Iguana", "wallet unlocked");
  }
}
