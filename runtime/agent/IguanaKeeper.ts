import type { Permit } from "../lease/permit";
import type { Bell } from "./Bell";
import { NotYet } from "./failures";
import type { IguanaRpc } from "./IguanaRpc";
import type { NotaryPlan } from "./plan";
import type { StatusBoard } from "./StatusBoard";
import type { IguanaFacts } from "./steps";

/** Iguana locks its wallet again after 116 days at most. Unlocking it once more does no harm. */
const UNLOCKED_MILLISECONDS = 24 * 60 * 60 * 1000;

export interface IguanaKeeperArgs {
  readonly rpc: IguanaRpc;
  readonly plan: NotaryPlan;
  /** Unlocks its wallet. */
  readonly passphrase: string;
  readonly board: StatusBoard;
  readonly bells: { readonly iguana: Bell; readonly coins: Bell };
  readonly permit: Permit;
  /** Why the running Iguana may be told nothing; undefined where it may. */
  readonly refusal: () => string | undefined;
}

/** Keeps Iguana's address, its notaries and its wallet as the plan says, and does so again after a restart. */
export class IguanaKeeper {
  private known: IguanaFacts = { ready: false, life: 0, wasBlank: false, unlockedIn: 0 };
  private registered = false;
  private unlocking: Promise<void> | undefined;
  private unlockedAt = 0;

  constructor(private readonly args: IguanaKeeperArgs) {}

  get facts(): IguanaFacts {
    return this.known;
  }

  /** To be called when Iguana did not answer a coin as expected. Iguana is looked at without delay. */
  doubt(): void {
    this.known = { ...this.known, ready: false };
    this.args.bells.iguana.ring();
  }

  /** Looks at Iguana once, and tells it what it does not know. False where something is wrong with it. */
  async round(): Promise<boolean> {
    if (!this.args.permit.isGiven) {
      this.known = { ...this.known, ready: false };
      this.args.board.setIguana(this.args.permit.isLeaving ? "leaving" : "waiting-for-lease");
      return true;
    }
    const refused = this.args.refusal();
    if (refused !== undefined) {
      this.known = { ...this.known, ready: false };
      this.args.board.setIguana("outdated", refused);
      return true;
    }
    try {
      await this.look();
      this.args.board.setIguana("ready");
      if (!this.known.ready) {
        this.known = { ...this.known, ready: true };
        this.args.bells.coins.ring();
      }
      return true;
    } catch (failure) {
      this.known = { ...this.known, ready: false };
      const reason = failure instanceof Error ? failure.message : String(failure);
      this.args.board.setIguana(failure instanceof NotYet ? "waiting-for-rpc" : "error", reason);
      return failure instanceof NotYet;
    }
  }

  /** Unlocks the wallet, once for all coins that wait for it. */
  unlock(): Promise<void> {
    this.unlocking ??= this.unlockNow().finally(() => {
      this.unlocking = undefined;
    });
    return this.unlocking;
  }

  /**
   * Iguana keeps nothing over a restart, so an Iguana that knows no notary begins a new life. As soon as it knows
   * one, it lists its own address as well. So an Iguana that knows notaries, but not the plan's address, was told
   * another one.
   */
  private async look(): Promise<void> {
    const notaries = await this.args.rpc.knownNotaries();
    const isNew = notaries.length === 0;
    const { ipAddress } = this.args.plan.iguana;
    if (!isNew && !notaries.includes(ipAddress))
      throw new Error(
        `Iguana was told another address than the plan's ${ipAddress}, and keeps it until it restarts`,
      );
    if (isNew || this.known.life === 0) {
      if (isNew && this.registered)
        this.args.board.event("Iguana", "has restarted and lost everything; it is brought up again");
      this.registered = false;
      this.known = { ...this.known, ready: false, life: this.known.life + 1, wasBlank: isNew };
    }
    if (Date.now() - this.unlockedAt > UNLOCKED_MILLISECONDS) this.known = { ...this.known, unlockedIn: 0 };
    if (this.registered) return;
    this.args.board.setIguana("registering");
    // Only for a new one: myipaddr makes a running Iguana forget its number among the notaries (dPoW main.c).
    if (isNew) await this.setAddress();
    const missing = new Set(
      [ipAddress, ...this.args.plan.iguana.notaries].filter((ip) => !notaries.includes(ip)),
    );
    for (const ip of missing) await this.args.rpc.addNotary(ip);
    if (isNew && !(await this.args.rpc.knownNotaries()).includes(ipAddress))
      throw new Error("Iguana accepts no notaries; does it run as a notary (`iguana notary`)?");
    this.registered = true;
    this.args.board.event(
      "Iguana",
      isNew ? `knows its address and ${missing.size} notaries` : "runs already",
    );
  }

  private async setAddress(): Promise<void> {
    const { ipAddress } = this.args.plan.iguana;
    const answer = await this.args.rpc.setAddress(ipAddress);
    // Iguana takes only the first address that it is told.
    if (answer !== ipAddress)
      throw new Error(`Iguana has the address ${answer} until it restarts, but the plan says ${ipAddress}`);
  }

  private async unlockNow(): Promise<void> {
    const { life } = this.known;
    const publicKey = await this.args.rpc.unlock(this.args.passphrase);
    if (typeof publicKey === "string" && publicKey !== this.args.plan.publicKey)
      throw new Error(
        `the passphrase gives the public key ${publicKey}, but the plan says ${this.args.plan.publicKey}`,
      );
    this.known = { ...this.known, unlockedIn: life };
    this.unlockedAt = Date.now();
    this.args.board.event("Iguana", "wallet unlocked");
  }
}
