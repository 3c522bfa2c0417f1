import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { z } from "zod";
import { quietHome } from "../../dev/scenes/quietHome";
import { WarmStandIns } from "../../dev/standIns/warm/WarmStandIns";
import { preparePulumi } from "../../dev/toolchain/pulumiEnvironment";

const deployment = z.object({
  deployment: z.object({
    resources: z.array(
      z.object({
        urn: z.string(),
        type: z.string(),
        id: z.string().optional(),
        inputs: z.record(z.string(), z.unknown()).default({}),
        outputs: z.record(z.string(), z.unknown()).default({}),
      }),
    ),
  }),
});
const plan = z.object({ steps: z.array(z.object({ op: z.string(), urn: z.string() })).default([]) });

export interface Result {
  readonly exitCode: number | undefined;
  /** All that was printed, in order. */
  readonly text: string;
}

/** A Pulumi project of one JavaScript file in a directory of its own, with a state of its own, run by the CLI. */
export class Project {
  private warm: WarmStandIns | undefined;

  private constructor(
    readonly directory: string,
    private readonly cli: string,
    private readonly env: Readonly<Record<string, string>>,
    /** The names of the plugins that are stand-ins. */
    private readonly offline: readonly string[],
  ) {}

  static async create(program: string, nodeArguments = "", plugins?: readonly string[]): Promise<Project> {
    const engine = await preparePulumi({ byHand: false, ...(plugins === undefined ? {} : { plugins }) });
    const directory = await mkdtemp(join(tmpdir(), "dokomodo-project-"));
    const env = {
      ...engine.env,
      PULUMI_HOME: quietHome(directory),
      PULUMI_BACKEND_URL: `file://${join(directory, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "of no account",
    };
    const project = new Project(directory, engine.pulumi, env, engine.offline);
    await mkdir(join(directory, "state"));
    await symlink(join(__dirname, "../../node_modules"), join(directory, "node_modules"));
    const runtime = { name: "nodejs", options: { typescript: false, nodeargs: nodeArguments } };
    await writeFile(join(directory, "Pulumi.yaml"), JSON.stringify({ name: "trial", runtime }));
    await writeFile(join(directory, "package.json"), JSON.stringify({ name: "trial", main: "index.js" }));
    await project.write(program);
    await project.succeed("stack", "init", "trial");
    return project;
  }

  async write(program: string): Promise<void> {
    await writeFile(join(this.directory, "index.js"), program);
  }

  /**
   * Replaces the program. From now on a run that has to succeed is a warm one: the modules that the program requires are
   * loaded once (docs/internals/testbed.md, warm runs of tests).
   */
  async writeWarm(program: string): Promise<void> {
    await writeFile(join(this.directory, "program.js"), program);
    await this.write(`
      const program = require.resolve("./program.js");
      module.exports = () => {
        delete require.cache[program];
        return require(program);
      };
    `);
    this.warm ??= new WarmStandIns(this.offline, this.directory, this.env);
  }

  run(...args: readonly string[]): Promise<Result> {
    return this.runWith({}, ...args);
  }

  /** Runs the CLI with other variables; those that are undefined are taken away. */
  async runWith(env: Readonly<NodeJS.ProcessEnv>, ...args: readonly string[]): Promise<Result> {
    const { exitCode, all } = await execa(this.cli, [...args, "--non-interactive"], {
      cwd: this.directory,
      env: { ...this.env, ...env },
      all: true,
      reject: false,
    });
    return { exitCode, text: all };
  }

  /** Starts the CLI and leaves it to the caller. */
  start(...args: readonly string[]) {
    return execa(this.cli, [...args, "--non-interactive"], {
      cwd: this.directory,
      env: this.env,
      stdio: "ignore",
      reject: false,
    });
  }

  async succeed(...args: readonly string[]): Promise<string> {
    const run = async (env: Readonly<Record<string, string>>) => {
      const { exitCode, text } = await this.runWith(env, ...args);
      if (exitCode !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${exitCode}:\n${text}`);
      return text;
    };
    return this.warm === undefined ? run({}) : this.warm.serve(run);
  }

  up(...args: readonly string[]): Promise<string> {
    return this.succeed("up", "--yes", "--skip-preview", ...args);
  }

  /** The operations of the next update that change something, by the resource's name. */
  async planned(): Promise<Record<string, string[]>> {
    const { stdout } = await execa(this.cli, ["preview", "--json", "--non-interactive"], {
      cwd: this.directory,
      env: { ...this.env, ...(await this.warm?.env()) },
    });
    const operations: Record<string, string[]> = {};
    for (const { op, urn } of plan.parse(JSON.parse(stdout)).steps) {
      if (op === "same") continue;
      const name = urn.slice(urn.lastIndexOf("::") + 2);
      operations[name] = [...(operations[name] ?? []), op];
    }
    return operations;
  }

  async outputs(): Promise<Record<string, unknown>> {
    const text = await this.succeed("stack", "output", "--json", "--show-secrets");
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  }

  /** The state file as it lies on the disk. */
  state(): Promise<string> {
    return readFile(join(this.directory, "state", ".pulumi", "stacks", "trial", "trial.json"), "utf8");
  }

  async resources() {
    return deployment.parse(JSON.parse(await this.succeed("stack", "export"))).deployment.resources;
  }

  async remove(): Promise<void> {
    this.warm?.end();
    await rm(this.directory, { recursive: true, force: true });
  }
}
