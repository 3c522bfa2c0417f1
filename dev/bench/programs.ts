import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { deploy } from "../../program/deploy";
import { openRun } from "../../program/run";
import type { PulumiEnvironment } from "../toolchain/pulumiEnvironment";
import { BenchProject } from "./BenchProject";
import { InstantDocker } from "./InstantDocker";
import { loadBenchStack } from "./loadBenchStack";
import { recordPlan } from "./recordPlan";

/** Times and sizes of one program. */
export interface ProgramTimes {
  readonly program: string;
  readonly chains: number;
  readonly resources: number;
  readonly stateMegabytes: number;
  /** Seconds of an `up` from nothing. */
  readonly up: number;
  readonly checkpoints: boolean;
  /** Seconds of each preview without changes. */
  readonly previews: readonly number[];
}

export interface ProgramRun {
  readonly chains: number;
  readonly previews: number;
  readonly checkpoints: boolean;
}

export const DOKOMODO = "dokomodo";
export const BARE = "bare";
export const DEFAULTS = "bare, Pulumi's defaults";

/** Times this project, the bare program and the bare program with Pulumi's defaults, in turns, on the same engine. */
export async function measurePrograms(engine: PulumiEnvironment, run: ProgramRun): Promise<ProgramTimes[]> {
  const folder = mkdtempSync(join(tmpdir(), "dokomodo-instant-"));
  const docker = await InstantDocker.listen(join(folder, "docker.sock"));
  const projects = new Map<string, BenchProject>();
  try {
    const stack = { notaries: [{ name: "east", sockets: [docker.socket] }], chains: run.chains };
    const loaded = loadBenchStack(stack);
    const plan = await recordPlan(async () => deploy(loaded, await openRun(loaded, "bench")));
    projects.set(DOKOMODO, await BenchProject.dokomodo(engine, stack));
    projects.set(BARE, await BenchProject.bare(engine, plan));
    projects.set(DEFAULTS, await BenchProject.defaults(engine, plan));
    return await time(projects, run);
  } finally {
    for (const project of projects.values()) project.remove();
    await docker.close();
    rmSync(folder, { recursive: true });
  }
}

async function time(
  projects: ReadonlyMap<string, BenchProject>,
  { chains, previews, checkpoints }: ProgramRun,
): Promise<ProgramTimes[]> {
  const ups = new Map<string, number>();
  for (const [program, project] of projects) ups.set(program, await project.up({ checkpoints }));
  requireSameResources(projects);
  const times = new Map<string, number[]>();
  for (let turn = 0; turn < previews; turn++) {
    for (const [program, project] of projects) {
      times.set(program, [...(times.get(program) ?? []), await project.preview()]);
    }
  }
  return [...projects].map(([program, project]) => ({
    program,
    chains,
    checkpoints,
    resources: project.resourceCount(),
    stateMegabytes: project.stateSize(),
    up: ups.get(program) ?? Number.NaN,
    previews: times.get(program) ?? [],
  }));
}

/** Throws when the programs registered different resources, because then their times cannot be compared. */
function requireSameResources(projects: ReadonlyMap<string, BenchProject>): void {
  const [first, ...others] = [...projects.values()].map((project) => project.resources());
  if (others.some((other) => !isDeepStrictEqual(other, first))) {
    throw new Error(
      "The programs of the bench registered different resources, so their times cannot be compared.",
    );
  }
}
