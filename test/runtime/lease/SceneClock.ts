import { spawn } from "node:child_process";
import { availableParallelism, loadavg } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { LeaseTimes } from "../../../runtime/lease/rules";
import { exitOf } from "../processes";

/** How long a Node process takes to start and end where nothing else runs, with something to spare. */
const USUAL_START_MILLISECONDS = 120;
const STARTS = 3;
/** How many processes may wait for each processor while these tests alone run. */
const USUAL_LOAD = 3;
/** A witness gives a lease for 60 s at most, and the longest lease of a scene lasts 15 of its seconds. */
const SLOWEST = 4;

/**
 * The clock of a scene. Its second is a real one on an idle machine, and up to four on a busy one, where processes take
 * longer to start and to answer. All times of a scene are in its seconds: those of the lease, the pauses, and the
 * limits of what is expected. So what a test says does not depend on what else the machine does.
 */
export class SceneClock {
  private constructor(
    /** How many real seconds one of the clock's lasts. It is whole, as the seconds of a Lease object are. */
    private readonly pace: number,
  ) {}

  /** A clock of real seconds. */
  static real(): SceneClock {
    return new SceneClock(1);
  }

  /** A clock whose pace is that of the machine. It looks how busy the machine is. */
  static async ofPace(): Promise<SceneClock> {
    const before = performance.now();
    for (let i = 0; i < STARTS; i += 1) await exitOf(spawn(process.execPath, ["--eval", "0"]));
    const took = (performance.now() - before) / STARTS;
    // The last minute counts as well, because the machine may be quiet for just this moment.
    const [load = 0] = loadavg();
    const waiting = load / availableParallelism();
    const pace = Math.max(took / USUAL_START_MILLISECONDS, waiting / USUAL_LOAD);
    return new SceneClock(Math.min(SLOWEST, Math.max(1, Math.ceil(pace))));
  }

  /** Times of a lease for the real programs, which know real seconds only. */
  real({ lasts, relied, renewEvery, answerWithin }: LeaseTimes): LeaseTimes {
    // AbortSignal.timeout takes whole milliseconds alone, and 0.8 * 3 * 1000 is more than 2400.
    const real = (seconds: number) => Math.round(seconds * this.pace * 1000) / 1000;
    return {
      lasts: real(lasts),
      relied: real(relied),
      renewEvery: real(renewEvery),
      answerWithin: real(answerWithin),
    };
  }

  async sleep(seconds: number): Promise<void> {
    await sleep(seconds * this.pace * 1000);
  }

  /** The clock's seconds from one time of Date.now() to another; NaN, which no limit admits, if that is not known. */
  between(from: number, to: number | undefined): number {
    return ((to ?? Number.NaN) - from) / 1000 / this.pace;
  }

  /** The clock's seconds since a time of Date.now(). */
  since(from: number): number {
    return this.between(from, Date.now());
  }
}
