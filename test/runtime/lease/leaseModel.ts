import type { LeaseRequest, LessorAnswer } from "../../../runtime/lease/lessor";
import { judge, type LeaseTimes } from "../../../runtime/lease/rules";
import { decide, decideRelease, type LeaseRecord } from "../../../runtime/witness/decide";
import { EventTime } from "./EventTime";

/** How long a call takes to its witness, and the answer back. */
export interface Passage {
  readonly there: number;
  readonly back: number;
}

export interface Round {
  readonly instance: number;
  /** Seconds after the round before, of whichever instance. */
  readonly after: number;
  /** What happens to the request to each witness, and then to giving back what was granted. */
  readonly passages: readonly Passage[];
  /** How long Iguana's end takes, should the lease be lost after this round; under `lasts - relied`. */
  readonly endingTakes: number;
  /** The agent before this round was another process of the same instance. */
  readonly restarts: boolean;
}

export interface Up {
  readonly instance: number;
  readonly from: number;
  to: number;
}

/** Throws where two instances were up at once. */
export function expectApart(up: readonly Up[]): void {
  for (const [i, a] of up.entries())
    for (const b of up.slice(i + 1))
      if (a.instance !== b.instance && a.from < b.to && b.from < a.to)
        throw new Error(`up at once: ${JSON.stringify([a, b])}`);
}

interface Instance {
  reliedUntil: number;
  round: number;
  /** An agent takes one round after the other. */
  busyUntil: number;
  up: Up | undefined;
}

/**
 * Witnesses and instances with the rules of the real ones (decide, judge), in a time that passes by events alone.
 * Iguana is up from when a majority was won to when it was ended after the lease was lost.
 */
export class LeaseModel {
  readonly up: Up[] = [];
  private readonly time = new EventTime();
  private readonly records: (LeaseRecord | undefined)[];
  private readonly instances: Instance[] = Array.from({ length: 3 }, () => ({
    reliedUntil: Number.NEGATIVE_INFINITY,
    round: 0,
    busyUntil: 0,
    up: undefined,
  }));
  private readonly clock = { bootId: "boot", seconds: () => this.time.now };

  constructor(
    witnesses: number,
    private readonly times: LeaseTimes,
  ) {
    this.records = Array.from({ length: witnesses }, () => undefined);
  }

  round(round: Round): void {
    this.time.begin(round.after, () => this.ask(round));
  }

  finish(): void {
    while (this.time.pass());
  }

  private ask({ instance: index, passages, endingTakes, restarts }: Round): void {
    const instance = this.instances[index];
    const sent = this.time.now;
    if (instance === undefined || (sent < instance.busyUntil && !restarts)) return;
    instance.busyUntil = sent + this.times.answerWithin;
    instance.round += 1;
    const { round } = instance;
    if (restarts) instance.reliedUntil = Number.NEGATIVE_INFINITY;
    const name = `instance ${index}`;
    const answers: LessorAnswer[] = this.records.map(() => ({ kind: "silent" }));
    for (const witness of this.records.keys()) {
      const { there = 0, back = 0 } = passages[witness] ?? {};
      if (there === Number.POSITIVE_INFINITY) continue;
      this.time.at(sent + there, () => {
        const request = { instance: name, holder: name, seconds: this.times.lasts, round };
        const answer = this.answer(witness, request);
        if (there + back <= this.times.answerWithin) answers[witness] = answer;
      });
    }
    this.time.at(sent + this.times.answerWithin, () => {
      // Else the agent that asked is dead by now.
      if (round === instance.round) this.take(index, instance, sent, answers, endingTakes, passages);
    });
  }

  private answer(witness: number, request: LeaseRequest): LessorAnswer {
    const decision = decide(this.records[witness], request, this.clock);
    if (decision.write !== undefined) this.records[witness] = decision.write;
    if (decision.kind === "granted") return { kind: "granted", renewed: decision.renewed };
    const { by, seenSeconds, seconds } = decision;
    return { kind: "refused", holder: by.holder, seenSeconds, seconds };
  }

  private take(
    index: number,
    instance: Instance,
    sent: number,
    answers: readonly LessorAnswer[],
    endingTakes: number,
    passages: readonly Passage[],
  ): void {
    const verdict = judge(answers, this.time.now < instance.reliedUntil);
    if (verdict === "won") {
      instance.reliedUntil = sent + this.times.relied;
      if (instance.up === undefined) {
        instance.up = { instance: index, from: this.time.now, to: Number.POSITIVE_INFINITY };
        this.up.push(instance.up);
      }
      this.time.at(instance.reliedUntil, () => this.look(instance, endingTakes));
      return;
    }
    if (verdict === "refused") {
      instance.reliedUntil = Number.NEGATIVE_INFINITY;
      this.look(instance, endingTakes);
    }
    if (instance.up === undefined && this.time.now >= instance.reliedUntil)
      this.release(index, instance.round, passages);
  }

  private look(instance: Instance, endingTakes: number): void {
    const { up } = instance;
    if (up === undefined || this.time.now < instance.reliedUntil) return;
    this.time.at(this.time.now + endingTakes, () => {
      up.to = Math.min(up.to, this.time.now);
      if (instance.up === up) instance.up = undefined;
    });
  }

  private release(index: number, round: number, passages: readonly Passage[]): void {
    for (const witness of this.records.keys()) {
      const { there } = passages[this.records.length + witness] ?? { there: 0 };
      if (there === Number.POSITIVE_INFINITY) continue;
      this.time.at(this.time.now + there, () => {
        const write = decideRelease(
          this.records[witness],
          { instance: `instance ${index}`, round },
          this.clock,
        );
        if (write !== undefined) this.records[witness] = write;
      });
    }
  }
}
