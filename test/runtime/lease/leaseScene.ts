import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, type TestContext } from "vitest";
import type { LeaseTimes } from "../../../runtime/lease/rules";
import { PUBLIC_KEY } from "../agent/notaryUnderTest";
import { ApiServerStandIn } from "../standIns/ApiServerStandIn";
import { WitnessProcess } from "../witness/WitnessProcess";
import { type Interval, LeasedNotary, type Programs } from "./leasedNotary";

/** A fifth of the real ones, but for an answer, which takes as long as the machine is slow. */
export const TIMES: LeaseTimes = { lasts: 6, relied: 4, renewEvery: 1, answerWithin: 0.8 };

/** For a lease that must not end while an agent starts again, which takes some seconds on a busy machine. */
export const LONG_TIMES: LeaseTimes = { lasts: 22, relied: 20, renewEvery: 1, answerWithin: 0.8 };

/** How many witnesses there are, or an API server in their place. */
export type LessorCount = number | "Lease object";

/** Hosts with a witness each, or a cluster, and instances of one notary. */
export class Scene {
  readonly notaries: LeasedNotary[] = [];
  readonly witnesses: WitnessProcess[] = [];
  private api: ApiServerStandIn | undefined;
  private readonly directories: string[] = [];

  private constructor(private readonly programs: Programs) {}

  static async with({ onTestFinished }: TestContext, programs: Programs, count: LessorCount): Promise<Scene> {
    const scene = new Scene(programs);
    onTestFinished(() => scene.end());
    if (count === "Lease object") {
      scene.api = await new ApiServerStandIn().start();
      return scene;
    }
    for (let i = 0; i < count; i += 1) {
      const directory = mkdtempSync(join(tmpdir(), "dokomodo-witness-"));
      scene.directories.push(directory);
      scene.witnesses.push(await new WitnessProcess(directory, PUBLIC_KEY).start());
    }
    return scene;
  }

  async prepare(name: string, times = TIMES): Promise<LeasedNotary> {
    const notary = new LeasedNotary(name, this.api ?? this.witnesses, times, this.programs);
    this.notaries.push(notary);
    return notary.prepare();
  }

  async running(name: string, times = TIMES): Promise<LeasedNotary> {
    const notary = await this.prepare(name, times);
    notary.startAgent();
    await notary.untilHealthy();
    return notary;
  }

  /** Whoever gives the lease answers nobody until it `speaks`. */
  silence(): void {
    for (const witness of this.witnesses) witness.signal("SIGSTOP");
    if (this.api !== undefined) this.api.fate = () => "ignore";
  }

  speak(): void {
    for (const witness of this.witnesses) witness.signal("SIGCONT");
    if (this.api !== undefined) this.api.fate = () => "answer";
  }

  private async end(): Promise<void> {
    // Whatever a test does, two of them never run at once.
    const apart = areApart(this.notaries);
    for (const notary of this.notaries) await notary.end();
    for (const witness of this.witnesses) await witness.end();
    await this.api?.stop();
    for (const directory of this.directories) rmSync(directory, { recursive: true, force: true });
    expect(apart).toBe(true);
  }
}

export function areApart(all: readonly LeasedNotary[]): boolean {
  const areOf = (one: readonly Interval[], other: readonly Interval[]) =>
    one.every((a) => other.every((b) => !meet(a, b)));
  return all.every((one, i) =>
    all.slice(i + 1).every((other) => areOf(one.up, other.up) && areOf(one.held, other.held)),
  );
}

function meet(a: Interval, b: Interval): boolean {
  const forEver = Number.POSITIVE_INFINITY;
  return a.from < (b.to ?? forEver) && b.from < (a.to ?? forEver);
}
