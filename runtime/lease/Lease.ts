import type { BootClock } from "../bootClock";
import type { Lessor } from "./lessor";
import { judge, type LeaseTimes, type Verdict } from "./rules";
import type { NamedAnswer } from "./text";

/** Whether this instance may run Iguana with its key, as a majority of the lessors says. */
export class Lease {
  private reliedUntil = Number.NEGATIVE_INFINITY;
  private round = 0;
  private heard: readonly NamedAnswer[] = [];

  constructor(
    private readonly lessors: readonly Lessor[],
    /** This instance, for people. */
    private readonly holder: string,
    /** The same for every agent of this instance, and for no other (instance.ts). */
    private readonly instance: string,
    private readonly times: LeaseTimes,
    private readonly clock: BootClock,
  ) {}

  get isHeld(): boolean {
    return this.clock.seconds() < this.reliedUntil;
  }

  /** By the clock. */
  get heldUntil(): number {
    return this.reliedUntil;
  }

  /** What the lessors said when they were last asked. */
  get answers(): readonly NamedAnswer[] {
    return this.heard;
  }

  /** How long the lease of the one that has it still lasts, where somebody has. */
  get endsIn(): number | undefined {
    const left = this.heard.flatMap(({ answer }) => (answer.kind === "refused" ? answer.seconds : []));
    return left.length === 0 ? undefined : Math.max(...left);
  }

  /** Asks every lessor for the lease, or to renew it. */
  async ask(): Promise<Verdict> {
    // Before they are sent: a lessor may take a renewal for as old as its sending, never for older.
    const sent = this.clock.seconds();
    const { instance, holder } = this;
    const asking = { instance, holder, seconds: this.times.lasts, round: this.nextRound(sent) };
    this.heard = await Promise.all(
      this.lessors.map(async (lessor) => ({
        kind: lessor.kind,
        name: lessor.name,
        answer: await lessor.ask(asking),
      })),
    );
    const verdict = judge(
      this.heard.map(({ answer }) => answer),
      this.isHeld,
    );
    if (verdict === "won") this.reliedUntil = sent + this.times.relied;
    if (verdict === "refused") this.reliedUntil = Number.NEGATIVE_INFINITY;
    return verdict;
  }

  /** Gives back what lessors granted. Not to be called while Iguana may be up. */
  async release(): Promise<void> {
    this.reliedUntil = Number.NEGATIVE_INFINITY;
    const { instance, round } = this;
    const calls = this.lessors.map((lessor, i) => {
      const kind = this.heard[i]?.answer.kind;
      // One that did not answer may have granted it all the same; it is not waited for.
      const released =
        kind === "granted" || kind === "silent" ? lessor.release({ instance, round }) : undefined;
      return kind === "granted" ? released : undefined;
    });
    await Promise.all(calls);
  }

  /** Grows with each call, over restarts of the agent, too. */
  private nextRound(now: number): number {
    this.round = Math.max(this.round + 1, Math.round(now * 1000));
    return this.round;
  }
}
