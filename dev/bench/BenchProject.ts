import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import type { PulumiEnvironment } from "../toolchain/pulumiEnvironment";
import type { PlannedResource } from "./bare/plan";
import { chainList } from "./chainList";
import { type BenchStack, PROJECT, passphrase, stackConfig } from "./stackConfig";

const STACK = "bench";
/** Pulumi adds this provider when a program reads its own stack's outputs. dokomodo does so; the bare program does not. */
const ENGINE_TYPE = "pulumi:providers:pulumi";
/** Milliseconds after which a run of the CLI counts as stuck. */
const PATIENCE = 30 * 60_000;

/** tsconfig.json of Pulumi's own template for a program in TypeScript. */
const TEMPLATE_TSCONFIG = {
  compilerOptions: {
    strict: true,
    outDir: "bin",
    target: "es2020",
    module: "commonjs",
    moduleResolution: "node",
    sourceMap: true,
    experimentalDecorators: true,
    pretty: true,
    noFallthroughCasesInSwitch: true,
    noImplicitReturns: true,
    forceConsistentCasingInFileNames: true,
  },
  files: ["index.ts"],
};

/** A Pulumi project that has its own folder and its own backend. */
export class BenchProject {
  private readonly folder = mkdtempSync(join(tmpdir(), "dokomodo-bench-"));
  private readonly directory = join(this.folder, "project");
  private readonly env: Record<string, string>;

  constructor(private readonly engine: PulumiEnvironment) {
    mkdirSync(this.directory);
    this.env = {
      ...engine.env,
      PULUMI_BACKEND_URL: `file://${this.folder}`,
      PULUMI_CONFIG_PASSPHRASE: "a bench",
      // ts-node caches compiled files there. With a folder of its own, a project gains nothing from an earlier bench.
      TMPDIR: this.folder,
    };
    symlinkSync(join(PROJECT, "node_modules"), join(this.directory, "node_modules"));
  }

  /** This project, with a generated list of chains and config. */
  static async dokomodo(engine: PulumiEnvironment, stack: BenchStack): Promise<BenchProject> {
    const project = new BenchProject(engine);
    cpSync(join(PROJECT, "Pulumi.yaml"), project.path("Pulumi.yaml"));
    for (const file of ["index.ts", "tsconfig.json", "cli"])
      symlinkSync(join(PROJECT, file), project.path(file));
    project.write("assetchains.yaml", chainList(stack.chains));
    await project.initialise(stackConfig(stack));
    for (const { name } of stack.notaries) {
      const key = `dokomodo:passphrases["${name}"]`;
      await project.run(["config", "set", "--secret", "--path", key], { input: passphrase(name) });
    }
    return project;
  }

  /** The bare program, with the runtime options of this project's Pulumi.yaml. */
  static bare(engine: PulumiEnvironment, plan: readonly PlannedResource[]): Promise<BenchProject> {
    const { runtime } = parse(readFileSync(join(PROJECT, "Pulumi.yaml"), "utf8"));
    return BenchProject.ofPlan(engine, plan, { entry: "index.ts", runtime });
  }

  /** The bare program, with Pulumi's default runtime options. */
  static defaults(engine: PulumiEnvironment, plan: readonly PlannedResource[]): Promise<BenchProject> {
    return BenchProject.ofPlan(engine, plan, { entry: "defaults.ts", runtime: "nodejs" });
  }

  private static async ofPlan(
    engine: PulumiEnvironment,
    plan: readonly PlannedResource[],
    { entry, runtime }: { entry: string; runtime: unknown },
  ): Promise<BenchProject> {
    const project = new BenchProject(engine);
    project.write("Pulumi.yaml", stringify({ name: "bare", main: "index.ts", runtime }));
    project.write("tsconfig.json", JSON.stringify(TEMPLATE_TSCONFIG));
    project.write("plan.json", JSON.stringify(plan));
    symlinkSync(join(__dirname, "bare", entry), project.path("index.ts"));
    await project.initialise({ "pulumi:disable-default-providers": ["docker", "kubernetes"] });
    return project;
  }

  /** Runs an `up` from nothing and returns its seconds. Without checkpoints the engine writes the state only at the end. */
  up({ checkpoints }: { checkpoints: boolean }): Promise<number> {
    const env = checkpoints ? {} : { PULUMI_EXPERIMENTAL: "true", PULUMI_SKIP_CHECKPOINTS: "true" };
    return this.run(["up", "--yes", "--skip-preview"], { env });
  }

  /** Runs a preview that must find no changes, and returns its seconds. */
  preview(): Promise<number> {
    return this.run(["preview", "--expect-no-changes"]);
  }

  /** Counts the resources in the state by type. Components and Pulumi's own provider are left out. */
  resources(): Map<string, number> {
    const { resources } = JSON.parse(this.state()).checkpoint.latest;
    const counts = new Map<string, number>();
    for (const { type, custom } of resources) {
      if (custom && type !== ENGINE_TYPE) counts.set(type, (counts.get(type) ?? 0) + 1);
    }
    return counts;
  }

  resourceCount(): number {
    return [...this.resources().values()].reduce((sum, count) => sum + count, 0);
  }

  /** Size of the state, in MB. */
  stateSize(): number {
    return Buffer.byteLength(this.state()) / 1e6;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private state(): string {
    const { name } = parse(readFileSync(this.path("Pulumi.yaml"), "utf8"));
    return readFileSync(join(this.folder, ".pulumi", "stacks", name, `${STACK}.json`), "utf8");
  }

  private async initialise(config: Readonly<Record<string, unknown>>): Promise<void> {
    await this.run(["stack", "init"]);
    const file = this.path(`Pulumi.${STACK}.yaml`);
    const settings = parse(readFileSync(file, "utf8"));
    writeFileSync(file, stringify({ ...settings, config }));
  }

  /** Runs the CLI and returns the seconds that it took. Rejects with the end of its output when it fails. */
  private async run(
    args: readonly string[],
    { env = {}, input = "" }: { env?: Record<string, string>; input?: string } = {},
  ): Promise<number> {
    const { execa } = await import("execa");
    const cwd = this.directory;
    const options = {
      cwd,
      env: { ...this.env, ...env },
      input,
      all: true,
      reject: false,
      timeout: PATIENCE,
    } as const;
    const started = performance.now();
    const { exitCode, all } = await execa(
      this.engine.pulumi,
      [...args, "--non-interactive", "--stack", STACK],
      options,
    );
    const seconds = (performance.now() - started) / 1000;
    if (exitCode !== 0)
      throw new Error(`pulumi ${args.join(" ")} ended with ${exitCode}:\n${all.slice(-4000)}`);
    return seconds;
  }

  private path(file: string): string {
    return join(this.directory, file);
  }

  private write(file: string, text: string): void {
    writeFileSync(this.path(file), text);
  }
}
