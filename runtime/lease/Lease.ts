import type { BootClock } from "../bootClock";
import type { NamedAnswer } from "./describe";
import type { Lessor } from "./lessor";
import { judge, type LeaseTimes, type Verdict } from "./rules";

export interface LeaseArgs {
  readonly lessors: readonly Lessor[];
  /** This instance as people know it. */
  readonly holder: string;
  /** Identifies this instance (instance.ts). It is the same after a restart of the process. */
  readonly instance: string;
  readonly times: LeaseTimes;
  readonly clock: BootClock;
}

/** Whether this instance may run, as a majority of the lessors says. */
export class Lease {
  readonly holder: string;
  readonly times: LeaseTimes;
  readonly clock: BootClock;
  private readonly lessors: readonly Lessor[];
  private readonly instance: string;
  private reliedUntil = Number.NEGATIVE_INFINITY;
  private round = 0;
  private lastAnswers: readonly NamedAnswer[] = [];

  constructor({ lessors, holder, instance, times, clock }: LeaseArgs) {
    this.lessors = lessors;
    this.holder = holder;
    this.instance = instance;
    this.times = times;
    this.clock = clock;
  }

  get isHeld(): boolean {
    return this.clock.seconds() < this.reliedUntil;
  }

  /** In the clock's seconds; minus infinity where the lease is not held. */
  get heldUntil(): number {
    return this.reliedUntil;
  }

  /** The lessors' answers to the last request. */
  get answers(): readonly NamedAnswer[] {
    return this.lastAnswers;
  }

  /** Seconds that the holder's lease still lasts; undefined where no lessor names a holder. */
  get endsIn(): number | undefined {
    const left = this.lastAnswers.flatMap(({ answer }) => (answer.kind === "refused" ? answer.seconds : []));
    return left.length === 0 ? undefined : Math.max(...left);
  }

  /** Asks every lessor for the lease, or for its renewal. */
  async ask(): Promise<Verdict> {
    // The time is taken before the requests are sent. A lessor counts from when it receives one, which is later.
    const sent = this.clock.seconds();
    const { instance, holder } = this;
    const request = { instance, holder, seconds: this.times.lasts, round: this.nextRound(sent) };
    this.lastAnswers = await Promise.all(
      this.lessors.map(async (lessor) => ({
        kind: lessor.kind,
        name: lessor.name,
        answer: await lessor.ask(request),
      })),
    );
    const verdict = judge(
      this.lastAnswers.map(({ answer }) => answer),
      this.isHeld,
    );
    if (verdict === "won") this.reliedUntil = sent + this.times.relied;
    if (verdict === "refused") this.reliedUntil = Number.NEGATIVE_INFINITY;
    return verdict;
  }

  /** Gives back what the lessors granted. It must not be called while the process may run. */
  async release(): Promise<void> {
    this.reliedUntil = Number.NEGATIVE_INFINITY;
    const { instance, round } = this;
    const calls = this.lessors.map((lessor, i) => {
      const kind = this.lastAnswers[i]?.answer.kind;
      // A silent lessor may have granted the lease, so it is told as well. It is not waited for.
      const released =
        kind === "granted" || kind === "silent" ? lessor.release({ instance, round }) : undefined;
      return kind === "granted" ? released : undefined;
    });
    await Promise.all(calls);
  }

  /** The clock's milliseconds, so that it grows also when the process starts again. */
  private nextRound(now: number): number {
    this.round = Math.max(this.round + 1, Math.round(now * 1000));
    return this.round;
  }
}
