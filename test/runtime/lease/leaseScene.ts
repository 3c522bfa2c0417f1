import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, type TestContext } from "vitest";
import type { LeaseTimes } from "../../../runtime/lease/rules";
import { PUBLIC_KEY } from "../agent/notaryUnderTest";
import { until as untilWithin } from "../processes";
import { ApiServerStandIn } from "../standIns/ApiServerStandIn";
import { WitnessProcess } from "../witness/WitnessProcess";
import { bundlePrograms, type Interval, LeasedNotary, type Programs } from "./leasedNotary";
import { SceneClock } from "./SceneClock";

/** A fifth of the real ones, but for an answer. They are in seconds of the scene's clock, as all others here are. */
export const TIMES: LeaseTimes = { lasts: 6, relied: 4, renewEvery: 1, answerWithin: 0.8 };

/** For a lease that must not end while an agent starts again. */
export const LONG_TIMES: LeaseTimes = { lasts: 15, relied: 13, renewEvery: 1, answerWithin: 0.8 };

/** How long a test may take on the slowest machine that the clock allows for. */
export const PATIENCE = { timeout: 300_000 };

/** Waits until something holds, also on that machine. */
export function until(what: () => Promise<boolean> | boolean): Promise<void> {
  return untilWithin(what, 90_000);
}

/** Makes the programs of a file's scenes before its tests, and returns where they are. */
export function useScenes(): Scenes {
  const directory = mkdtempSync(join(tmpdir(), "dokomodo-lease-programs-"));
  let programs: Programs;
  beforeAll(async () => {
    programs = await bundlePrograms(directory);
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  return { with: (context, count, clock) => Scene.with(context, programs, count, clock) };
}

export interface Scenes {
  /** Sets a scene, which ends with the test. `clock` is one of the machine's pace if absent. */
  with(context: TestContext, count: LessorCount, clock?: SceneClock): Promise<Scene>;
}

/** How many witnesses there are, or an API server in their place. */
export type LessorCount = number | "Lease object";

/** Hosts with a witness each, or a cluster, and instances of one notary. */
export class Scene {
  readonly notaries: LeasedNotary[] = [];
  readonly witnesses: WitnessProcess[] = [];
  private api: ApiServerStandIn | undefined;
  private readonly directories: string[] = [];

  private constructor(
    private readonly programs: Programs,
    readonly clock: SceneClock,
  ) {}

  static async with(
    { onTestFinished }: TestContext,
    programs: Programs,
    count: LessorCount,
    clock?: SceneClock,
  ): Promise<Scene> {
    const scene = new Scene(programs, clock ?? (await SceneClock.ofPace()));
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
    const real = this.clock.real(times);
    const notary = new LeasedNotary(name, this.api ?? this.witnesses, real, this.programs);
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
