import { setTimeout as sleep } from "node:timers/promises";
import type { Endable } from "../agent/iguanaProcess";
import type { StatusBoard } from "../agent/StatusBoard";
import type { BootClock } from "../bootClock";
import type { Bell } from "./Bell";
import type { Lease } from "./Lease";
import { graceUntil, type Reliance } from "./reliance";
import { type LeaseTimes, pauseBeforeAsking, type Verdict } from "./rules";
import { describeAbsent, describeAnswers } from "./text";

/** Whether Iguana may be brought up now. */
export interface Permit {
  readonly isGiven: boolean;
  /** Whether the agent is ended together with Iguana. */
  readonly isLeaving: boolean;
  /** Asked right before each call that brings Iguana up. */
  use(): boolean;
}

/** How often it is looked whether Iguana is gone: a killed one is in a moment. */
const LOOK_MILLISECONDS = 100;

/** For a notary without a lease. */
export const ALWAYS: Permit = { isGiven: true, isLeaving: false, use: () => true };

/**
 * Wins the lease, renews it, and makes Iguana blank where it is lost. Iguana is up only between the moment a
 * majority was won and `relied` seconds after the last majority was asked, plus what ending it takes.
 */
export class LeaseKeeper implements Permit {
  /** Nobody knows it of an Iguana that ran before this agent did. */
  private mayBeUp = true;
  private ending: Promise<void> | undefined;
  private wasGiven = false;
  private hasHeld = false;
  /** In a row that found too few lessors, and nobody who has the lease. */
  private attempts = 0;
  private asking: Promise<Verdict> | undefined;
  private stage: "keeping" | "leaving" | "left" = "keeping";
  private obstacle: string | undefined;
  private saysUnkept = false;
  /** Until when an Iguana that ran before this agent did may go on without a lease. */
  private graceUntil: number;

  constructor(
    private readonly lease: Lease,
    private readonly holder: string,
    private readonly iguana: Endable,
    private readonly board: StatusBoard,
    private readonly bell: Bell,
    private readonly times: LeaseTimes,
    private readonly clock: BootClock,
    private readonly reliance: Reliance,
  ) {
    this.graceUntil = graceUntil(reliance, times, clock);
  }

  get isLeaving(): boolean {
    return this.stage !== "keeping";
  }

  get isGiven(): boolean {
    return !this.isLeaving && this.ending === undefined && this.lease.isHeld;
  }

  use(): boolean {
    if (!this.isGiven) return false;
    this.mayBeUp = true;
    return true;
  }

  /** Until it has left. */
  async keep(): Promise<void> {
    if (await this.iguana.isBlank()) this.mayBeUp = false;
    await Promise.all([this.askOnAndOn(), this.watchOnAndOn()]);
  }

  /**
   * For an agent that is ended together with Iguana: the lease is kept until Iguana has ended, so that no other comes up
   * beside it, and is given back then, so that no other waits for it to run out. An Iguana that goes on for longer than
   * a pod may take to end was not ended: the agent's successor finds it, and the lease as it is.
   */
  async leave(): Promise<void> {
    const latest = this.clock.seconds() + 2 * this.times.lasts;
    this.stage = "leaving";
    this.board.setLease("leaving");
    this.bell.ring();
    while (!(await this.iguana.isBlank())) {
      if (this.clock.seconds() > latest) return;
      await sleep(LOOK_MILLISECONDS);
    }
    this.stage = "left";
    // What is asked at this moment would take it again.
    await this.asking;
    await this.lease.release();
    this.board.event("Lease", "given back");
  }

  private async askOnAndOn(): Promise<void> {
    while (this.stage !== "left") {
      const asked = this.clock.seconds();
      this.asking = this.lease.ask();
      const verdict = await this.asking;
      this.obstacle = this.iguana.obstacle();
      await this.take(verdict);
      const pause = this.lease.isHeld
        ? asked + this.times.renewEvery - this.clock.seconds()
        : pauseBeforeAsking(this.times, this.lease.endsIn, this.attempts, Math.random());
      await sleep(Math.max(0, pause) * 1000);
    }
  }

  private async take(verdict: Verdict): Promise<void> {
    if (verdict === "won") {
      this.attempts = 0;
      this.endGrace(this.lease.heldUntil);
      this.look();
      return;
    }
    this.attempts = this.lease.endsIn === undefined ? this.attempts + 1 : 0;
    if (verdict === "refused") this.endGrace(this.clock.seconds());
    this.look();
    // While Iguana may be up, what was granted keeps others from bringing up theirs, which is right.
    if (!this.mayBeUp && !this.lease.isHeld) await this.lease.release();
  }

  /** From now on the lease alone counts, and for an agent that comes after this one until then. */
  private endGrace(until: number): void {
    this.graceUntil = Number.NEGATIVE_INFINITY;
    const isKept = this.reliance.write(until);
    if (!isKept && !this.saysUnkept)
      this.board.event(
        "Lease",
        "cannot be written down (a full disk?): where this agent starts again, Iguana is stopped unless the lease is renewed at once",
      );
    this.saysUnkept = !isKept;
  }

  /** The end of what is relied on is seen in time, whatever the lessors do. */
  private async watchOnAndOn(): Promise<void> {
    while (this.stage !== "left") {
      this.look();
      await sleep((this.times.relied * 1000) / 40);
    }
  }

  private look(): void {
    const { isHeld } = this.lease;
    this.hasHeld ||= isHeld;
    const isOver = !isHeld && this.clock.seconds() >= this.graceUntil;
    if (isOver && this.mayBeUp) this.ending ??= this.makeBlank();
    this.show();
    if (this.isGiven !== this.wasGiven) this.bell.ring();
    this.wasGiven = this.isGiven;
  }

  /** Comes to an end only when Iguana is blank. */
  private async makeBlank(): Promise<void> {
    const since = this.clock.seconds();
    for (let last = ""; !(await this.iguana.isBlank()); ) {
      const did = this.iguana.end();
      const isLate = this.clock.seconds() - since > this.times.lasts - this.times.relied;
      const text = isLate
        ? `STILL RUNS WITHOUT ITS LEASE, so another of its key may run as well; ${did}`
        : `must not run without its lease; ${did}`;
      if (text !== last) this.board.event("Iguana", text);
      last = text;
      await sleep(LOOK_MILLISECONDS);
    }
    this.mayBeUp = false;
    this.ending = undefined;
    this.look();
  }

  private show(): void {
    if (this.isLeaving) return;
    if (this.isGiven) {
      const absent = [describeAbsent(this.lease.answers), this.obstacle ?? ""].filter((text) => text !== "");
      this.board.setLease("held", absent.length === 0 ? undefined : absent.join("; "));
      return;
    }
    const stopping = this.ending === undefined ? "" : "; Iguana is being stopped";
    this.board.setLease(this.hasHeld ? "lost" : "waiting", `${this.reason()}${stopping}`);
  }

  private reason(): string {
    return describeAnswers(this.lease.answers, this.holder) || "it has not been asked for yet";
  }
}
