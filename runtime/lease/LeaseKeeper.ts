import { setTimeout as sleep } from "node:timers/promises";
import { describeAbsent, describeAnswers } from "./describe";
import type { Lease } from "./Lease";
import type { LeasedProcess, LeaseReport } from "./leasedProcess";
import type { Permit } from "./permit";
import { graceUntil, type Reliance } from "./reliance";
import { pauseBeforeAsking, type Verdict } from "./rules";

/** Pause between two looks whether the process has ended. A killed process ends within this time. */
const LOOK_MILLISECONDS = 100;

export interface LeaseKeeperArgs {
  readonly lease: Lease;
  readonly process: LeasedProcess;
  readonly report: LeaseReport;
  readonly reliance: Reliance;
  /** Called when the permit has been given or taken away. */
  readonly onChange: () => void;
}

/**
 * Wins the lease, renews it, and ends the process when the lease is lost. The process works only from the moment at
 * which a majority granted the lease, until `relied` seconds after the last such majority was asked, plus the time
 * that ending it takes.
 */
export class LeaseKeeper implements Permit {
  /** True at first, because an earlier keeper may have put the process to work. */
  private mayWork = true;
  private ending: Promise<void> | undefined;
  private wasGiven = false;
  private hasHeld = false;
  /** How many attempts in a row have found too few lessors, and no holder. */
  private attempts = 0;
  private asking: Promise<Verdict> | undefined;
  private stage: "keeping" | "leaving" | "left" = "keeping";
  private obstacle: string | undefined;
  private hasReportedUnkept = false;
  /** Until when a process that an earlier keeper put to work may go on without a lease. */
  private graceUntil: number;

  constructor(private readonly args: LeaseKeeperArgs) {
    const { reliance, lease } = args;
    this.graceUntil = graceUntil(reliance, lease.times, lease.clock);
  }

  get isLeaving(): boolean {
    return this.stage !== "keeping";
  }

  get isGiven(): boolean {
    return !this.isLeaving && this.ending === undefined && this.args.lease.isHeld;
  }

  /** Seconds for which the lease may still be relied on without a renewal; undefined where it is not held. */
  get remainingSeconds(): number | undefined {
    const { lease } = this.args;
    if (!lease.isHeld) return undefined;
    return Math.max(0, Math.round((lease.heldUntil - lease.clock.seconds()) * 10) / 10);
  }

  use(): boolean {
    if (!this.isGiven) return false;
    this.mayWork = true;
    return true;
  }

  /** Resolves after `leave` has given the lease back. */
  async keep(): Promise<void> {
    if (await this.args.process.isIdle()) this.mayWork = false;
    await Promise.all([this.askRepeatedly(), this.watch()]);
  }

  /**
   * For a keeper that is ended together with its process. It keeps the lease until the process has ended, so that no
   * other starts beside it. Then it gives the lease back, so that no other has to wait for its end.
   *
   * A process that still works after twice the lease's time was not ended. The next keeper finds it, and the lease.
   */
  async leave(): Promise<void> {
    const { lease, process, report, onChange } = this.args;
    const latest = lease.clock.seconds() + 2 * lease.times.lasts;
    this.stage = "leaving";
    report.setLease("leaving");
    onChange();
    while (!(await process.isIdle())) {
      if (lease.clock.seconds() > latest) return;
      await sleep(LOOK_MILLISECONDS);
    }
    this.stage = "left";
    // A request that is under way would take the lease again.
    await this.asking;
    await lease.release();
    report.event("Lease", "given back");
  }

  private async askRepeatedly(): Promise<void> {
    const { lease, process } = this.args;
    while (this.stage !== "left") {
      const asked = lease.clock.seconds();
      this.asking = lease.ask();
      const verdict = await this.asking;
      this.obstacle = process.obstacle();
      await this.take(verdict);
      const waiting = { endsIn: lease.endsIn, attempts: this.attempts, chance: Math.random() };
      const pause = lease.isHeld
        ? asked + lease.times.renewEvery - lease.clock.seconds()
        : pauseBeforeAsking(lease.times, waiting);
      await sleep(Math.max(0, pause) * 1000);
    }
  }

  private async take(verdict: Verdict): Promise<void> {
    const { lease } = this.args;
    if (verdict === "won") {
      this.attempts = 0;
      this.endGrace(lease.heldUntil);
      this.look();
      return;
    }
    this.attempts = lease.endsIn === undefined ? this.attempts + 1 : 0;
    if (verdict === "refused") this.endGrace(lease.clock.seconds());
    this.look();
    // While the process may still work, what was granted has to keep others from starting theirs.
    if (!this.mayWork && !lease.isHeld) await lease.release();
  }

  /** From now on the lease alone counts. `until` is written down for the keeper that comes after this one. */
  private endGrace(until: number): void {
    this.graceUntil = Number.NEGATIVE_INFINITY;
    const isKept = this.args.reliance.write(until);
    if (!isKept && !this.hasReportedUnkept)
      this.args.report.event(
        "Lease",
        "the time until which it is held could not be written to a file (is the disk full?). " +
          `If this agent starts again, it stops ${this.args.process.name} unless it can renew the lease at once`,
      );
    this.hasReportedUnkept = !isKept;
  }

  /** Notices the end of the lease in time, also while a lessor's answer is waited for. */
  private async watch(): Promise<void> {
    while (this.stage !== "left") {
      this.look();
      await sleep((this.args.lease.times.relied * 1000) / 40);
    }
  }

  private look(): void {
    const { lease } = this.args;
    const { isHeld } = lease;
    this.hasHeld ||= isHeld;
    const isOver = !isHeld && lease.clock.seconds() >= this.graceUntil;
    if (isOver && this.mayWork) this.ending ??= this.endProcess();
    this.show();
    if (this.isGiven !== this.wasGiven) this.args.onChange();
    this.wasGiven = this.isGiven;
  }

  /** Resolves only when the process works no longer. */
  private async endProcess(): Promise<void> {
    const { lease, process, report } = this.args;
    const since = lease.clock.seconds();
    for (let last = ""; !(await process.isIdle()); ) {
      const did = process.end();
      const isLate = lease.clock.seconds() - since > lease.times.lasts - lease.times.relied;
      const text = isLate
        ? `STILL RUNS WITHOUT ITS LEASE, so another of its key may run as well; ${did}`
        : `must not run without its lease; ${did}`;
      if (text !== last) report.event(process.name, text);
      last = text;
      await sleep(LOOK_MILLISECONDS);
    }
    this.mayWork = false;
    this.ending = undefined;
    this.look();
  }

  private show(): void {
    if (this.isLeaving) return;
    const { lease, process, report } = this.args;
    if (this.isGiven) {
      const problems = [describeAbsent(lease.answers), this.obstacle ?? ""].filter((text) => text !== "");
      report.setLease("held", problems.length === 0 ? undefined : problems.join("; "));
      return;
    }
    const own = { holder: lease.holder, process: process.name };
    const reason = describeAnswers(lease.answers, own) || "it has not been asked for yet";
    const stopping = this.ending === undefined ? "" : `; ${process.name} is being stopped`;
    report.setLease(this.hasHeld ? "lost" : "waiting", `${reason}${stopping}`);
  }
}
