import type { ApiAnswer, ApiCall } from "../../../runtime/lease/apiServer";
import { Lease } from "../../../runtime/lease/Lease";
import { LeaseObject } from "../../../runtime/lease/LeaseObject";
import type { LeaseTimes, Verdict } from "../../../runtime/lease/rules";
import { LeaseStore } from "../standIns/leaseStore";
import { EventTime } from "./EventTime";
import type { Passage, Round, Up } from "./leaseModel";

/** One process of an agent. A dead one hears nothing any more; what it has sent still arrives. */
interface Process {
  readonly lease: Lease;
  passages: readonly Passage[];
  isDead: boolean;
  isBusy: boolean;
  endingTakes: number;
}

interface Instance {
  process: Process;
  up: Up | undefined;
}

const PLACE = { namespace: "iguanas", name: "key" };

/**
 * The agent's own Lease and LeaseObject, on an API server whose calls take as long as they are told, in a time that
 * passes by events alone. Iguana is up from when the lease was won to when it was ended after the lease was lost.
 */
export class LeaseObjectModel {
  readonly up: Up[] = [];
  readonly store = new LeaseStore();
  private readonly time = new EventTime();
  private readonly instances: Instance[];
  /** Of calls with one signal the first begins the time that there is for all of them. */
  private readonly deadlines = new WeakMap<AbortSignal, number>();

  constructor(private readonly times: LeaseTimes) {
    this.instances = [0, 1, 2].map((index) => ({ process: this.processOf(index), up: undefined }));
  }

  round(round: Round): void {
    this.time.begin(round.after, () => void this.ask(round));
  }

  async finish(): Promise<void> {
    // All that follows from an event at once takes several turns of promises.
    while (this.time.pass()) await new Promise((resolve) => setImmediate(resolve));
  }

  private processOf(index: number): Process {
    // Nobody's clock tells anything of another's.
    const clock = { bootId: "boot", seconds: () => this.time.now + 1000 * (2 - index) };
    const api = { call: (call: ApiCall) => this.call(process, call) };
    const { answerWithin } = this.times;
    const process: Process = {
      lease: new Lease({
        lessors: [new LeaseObject({ objectName: PLACE, api, clock, answerWithin })],
        holder: `notary ${index}`,
        instance: `instance ${index}`,
        times: this.times,
        clock,
      }),
      passages: [],
      isDead: false,
      isBusy: false,
      endingTakes: 0,
    };
    return process;
  }

  private async ask({ instance: index, passages, endingTakes, restarts }: Round): Promise<void> {
    const instance = this.instances[index];
    if (instance === undefined) return;
    if (restarts) {
      instance.process.isDead = true;
      instance.process = this.processOf(index);
    }
    const { process } = instance;
    process.passages = passages;
    if (process.isBusy) return;
    process.isBusy = true;
    process.endingTakes = endingTakes;
    const sent = this.time.now;
    await this.take(instance, process, sent, await process.lease.ask());
    process.isBusy = false;
  }

  /** As LeaseKeeper does it. */
  private async take(instance: Instance, { lease }: Process, sent: number, verdict: Verdict): Promise<void> {
    if (lease.isHeld && instance.up === undefined) {
      instance.up = {
        instance: this.instances.indexOf(instance),
        from: this.time.now,
        to: Number.POSITIVE_INFINITY,
      };
      this.up.push(instance.up);
    }
    // A moment later: sums of seconds are seldom exact.
    if (verdict === "won") this.time.at(sent + this.times.relied + 0.001, () => this.look(instance));
    if (verdict === "refused") this.look(instance);
    if (instance.up === undefined && !lease.isHeld) await lease.release();
  }

  private look(instance: Instance): void {
    const { up, process } = instance;
    if (up === undefined || process.lease.isHeld) return;
    this.time.at(this.time.now + process.endingTakes, () => {
      up.to = Math.min(up.to, this.time.now);
      if (instance.up === up) instance.up = undefined;
    });
  }

  private call(process: Process, { method, path, signal, body }: ApiCall): Promise<ApiAnswer> {
    const deadline = this.deadlines.get(signal) ?? this.time.now + this.times.answerWithin;
    this.deadlines.set(signal, deadline);
    const [{ there, back } = { there: 0, back: 0 }, ...later] = process.passages;
    process.passages = later;
    const text = body === undefined ? undefined : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      this.time.at(
        deadline,
        () => process.isDead || reject(Object.assign(new Error("late"), { code: "ABORT_ERR" })),
      );
      if (there === Number.POSITIVE_INFINITY) return;
      this.time.at(this.time.now + there, () => {
        const answer = this.store.answer(method, path, text === undefined ? undefined : JSON.parse(text));
        if (back === Number.POSITIVE_INFINITY) return;
        this.time.at(this.time.now + back, () => process.isDead || resolve(answer));
      });
    });
  }
}
