import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { StackCommand } from "../../cli/pulumi";
import { WarmStandIns } from "../standIns/warm/WarmStandIns";
import { usualPlugins } from "../toolchain/plugins";
import { preparePulumi } from "../toolchain/pulumiEnvironment";
import { removeLeftovers } from "./leftovers";
import { quietHome } from "./quietHome";
import { developmentConfig, layProject, StackProject } from "./StackProject";
import { type KeyOutputs, outputsOf, readState, STACK_TYPE, secretsIn } from "./stackState";

export type { StackConfig } from "./StackProject";

const PROJECT = join(__dirname, "..", "..");
const COMMAND = join(PROJECT, "cli", "bin.cjs");
/** The name of a stack with the development stack's config. */
const STACK = "test";
/** Lets the engine write the state at the end of a run only. */
const LATE_STATE = { PULUMI_EXPERIMENTAL: "true", PULUMI_SKIP_CHECKPOINTS: "true" };

/** The commands of the CLI that call plugins. */
const CALLS_PLUGINS = new Set(["up", "preview", "refresh", "destroy"]);

/** The result of one run of the CLI. */
export interface Run {
  readonly exitCode: number | undefined;
  /** Standard output and standard error, as a person sees them. */
  readonly text: string;
}

/** How a run of the command `dokomodo` ended. */
export interface Asked {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * A stack of this project that has its own folder and its own backend. It can run beside the development stack on the same
 * Docker Engine, because its notary has another name and publishes its ports on another loopback address.
 */
export class TestStack extends StackProject {
  /** Everything that the CLI has printed. */
  readonly transcript: string[] = [];

  private constructor(
    readonly command: StackCommand,
    readonly notary: string,
    /** Holds project, config and state. */
    readonly folder: string,
    private readonly plugins: readonly string[],
    private readonly warm: WarmStandIns,
  ) {
    super(command.directory, command.stack);
  }

  static async create(
    notary: string,
    passphrase: string,
    listen: string,
    plugins = usualPlugins,
  ): Promise<TestStack> {
    const stack = await TestStack.prepare(notary, STACK, plugins);
    await stack.must("stack", "init", STACK);
    stack.writeConfig(developmentConfig(notary, listen));
    await stack.setPassphrase(passphrase);
    return stack;
  }

  /**
   * Makes a stack as an operator does, with one node of the stack's name. What the command prints is in the transcript.
   * @param args further arguments of `dokomodo init`
   */
  static async byInit(
    node: string,
    passphrase: string,
    args: readonly string[],
    plugins = usualPlugins,
  ): Promise<TestStack> {
    const stack = await TestStack.prepare(node, node, plugins);
    stack.transcript.push(await stack.runCommand(["init", node, "--yes", ...args], { input: passphrase }));
    return stack;
  }

  /** A folder with the project, and an engine. */
  private static async prepare(notary: string, name: string, plugins: readonly string[]): Promise<TestStack> {
    if (plugins.includes("docker")) await removeLeftovers(notary);
    const folder = mkdtempSync(join(tmpdir(), "dokomodo-test-"));
    const directory = join(folder, "project");
    layProject(directory);
    const engine = await preparePulumi({ byHand: false, plugins });
    const env = {
      ...engine.env,
      PULUMI_HOME: quietHome(folder),
      PULUMI_BACKEND_URL: `file://${folder}`,
      PULUMI_CONFIG_PASSPHRASE: "a test stack",
    };
    const warm = new WarmStandIns(engine.offline, directory, env);
    const command = { pulumi: engine.pulumi, env, directory, stack: name };
    return new TestStack(command, notary, folder, plugins, warm);
  }

  run(...args: readonly string[]): Promise<Run> {
    return this.runWith({}, args);
  }

  /** Runs the CLI and returns its output. Rejects with the output when the CLI fails. What calls plugins is a warm run. */
  must(...args: readonly string[]): Promise<string> {
    return CALLS_PLUGINS.has(args[0] ?? "") ? this.warmly({}, args) : this.mustWith({}, args);
  }

  /**
   * Runs an `up` that has to succeed, as a warm run. The engine writes the state once, at the end, and not after each step.
   * That takes a seventh of the processor time off four chains, and two thirds off forty. `must` writes as users' runs do.
   * Where a run is interrupted or may fail, use `run`, which is no warm run either.
   */
  up(...flags: readonly string[]): Promise<string> {
    return this.warmly(LATE_STATE, this.upArguments(flags));
  }

  /** The same with further variables of its environment, and with a program and plugins of its own, as users run it. */
  upWith(further: Readonly<Record<string, string>>, ...flags: readonly string[]): Promise<string> {
    return this.mustWith({ ...further, ...LATE_STATE }, this.upArguments(flags));
  }

  private upArguments(flags: readonly string[]): string[] {
    return ["up", "--yes", "--skip-preview", ...flags, "--stack", this.command.stack];
  }

  private warmly(env: Readonly<Record<string, string>>, args: readonly string[]): Promise<string> {
    return this.warm.serve((served) => this.mustWith({ ...env, ...served }, args));
  }

  private async mustWith(env: Readonly<Record<string, string>>, args: readonly string[]): Promise<string> {
    const { exitCode, text } = await this.runWith(env, args);
    if (exitCode !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${exitCode}:\n${text}`);
    return text;
  }

  private async runWith(further: Readonly<Record<string, string>>, args: readonly string[]): Promise<Run> {
    const { execa } = await import("execa");
    const { pulumi, directory: cwd, env } = this.command;
    const options = { cwd, env: { ...env, ...further }, all: true, reject: false, stdin: "ignore" } as const;
    const { exitCode, all } = await execa(pulumi, [...args, "--non-interactive"], options);
    this.transcript.push(all);
    return { exitCode, text: all };
  }

  /** Runs the command `dokomodo` in the stack's project and returns its output. Its runs of the CLI are warm ones. */
  dokomodo(...args: readonly string[]): Promise<string> {
    return this.warm.serve((env) => this.runCommand([...args, "--stack", this.command.stack], { env }));
  }

  /**
   * Runs the command `dokomodo` and returns how it ended, whatever that is.
   * @param env further variables of its environment
   */
  async ask(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Asked> {
    const { execa } = await import("execa");
    const { exitCode, stdout, stderr } = await execa(
      "node",
      [COMMAND, ...args, "--stack", this.command.stack],
      { cwd: this.command.directory, env: { ...this.commandEnv, ...env }, reject: false, stdin: "ignore" },
    );
    return { exitCode, stdout, stderr };
  }

  private async runCommand(
    args: readonly string[],
    { input = "", env = {} }: { readonly input?: string; readonly env?: Readonly<Record<string, string>> },
  ): Promise<string> {
    const { execa } = await import("execa");
    const options = { cwd: this.command.directory, env: { ...this.commandEnv, ...env }, input };
    const { stdout } = await execa("node", [COMMAND, ...args], options);
    return stdout;
  }

  /** The environment of the command, in which it finds the engine. */
  private get commandEnv(): NodeJS.ProcessEnv {
    const { pulumi, env } = this.command;
    return { ...env, PATH: `${dirname(pulumi)}:${env["PATH"]}` };
  }

  /** Runs an `up`. `seconds` is the time until a line of its output first matched, or infinite. */
  async upUntil(said: RegExp): Promise<Run & { readonly seconds: number }> {
    const { execa } = await import("execa");
    const { pulumi, directory: cwd, env } = this.command;
    const args = ["up", "--yes", "--skip-preview", "--non-interactive", "--stack", this.command.stack];
    const started = Date.now();
    const up = execa(pulumi, args, { cwd, env, all: true, reject: false, stdin: "ignore" });
    let seconds = Number.POSITIVE_INFINITY;
    for await (const line of up.iterable({ from: "all" })) {
      if (said.test(line)) seconds = Math.min(seconds, (Date.now() - started) / 1000);
    }
    const { exitCode, all } = await up;
    this.transcript.push(all);
    return { exitCode, text: all, seconds };
  }

  /** Types of the resources in the state, apart from the stack itself and from the provider that reads its outputs. */
  async resources(): Promise<string[]> {
    const types = readState(this.folder, this.command.stack).resources.map(({ type }) => type);
    const own = [STACK_TYPE, "pulumi:providers:pulumi"];
    return types.filter((type) => !own.includes(type));
  }

  /** Operations whose result the engine does not know, and resources that exist but did not become ready. */
  async pendingOperations(): Promise<unknown[]> {
    const { pending_operations: pending, resources } = readState(this.folder, this.command.stack);
    return [...pending, ...resources.filter(({ initErrors }) => initErrors.length > 0)];
  }

  /** Every password in the state, keyed by the URN of its resource. */
  async passwords(): Promise<Record<string, string>> {
    return this.secretsOf({ "random:index/randomPassword:RandomPassword": "result" });
  }

  /** Every password, private key and certificate in the state, keyed by the URN of its resource. */
  async secrets(): Promise<Record<string, string>> {
    return this.secretsOf({
      "random:index/randomPassword:RandomPassword": "result",
      "tls:index/privateKey:PrivateKey": "privateKeyPem",
      "tls:index/selfSignedCert:SelfSignedCert": "certPem",
      "tls:index/locallySignedCert:LocallySignedCert": "certPem",
    });
  }

  private async secretsOf(outputByType: Readonly<Record<string, string>>): Promise<Record<string, string>> {
    const { stack } = this.command;
    const state = await this.must("stack", "export", "--show-secrets", "--stack", stack);
    return secretsIn(state, outputByType);
  }

  setPassphrase(passphrase: string): Promise<void> {
    return this.setSecret(`dokomodo:passphrases["${this.notary}"]`, passphrase);
  }

  async setSecret(path: string, value: string): Promise<void> {
    const { execa } = await import("execa");
    const { pulumi, directory: cwd, env } = this.command;
    const args = ["config", "set", "--secret", "--path", path, "--stack", this.command.stack];
    await execa(pulumi, args, { cwd, env, input: value });
  }

  /** The public key of the notary or node, from the stack's outputs. */
  async publicKey(): Promise<string> {
    return (await this.keyOutputs()).publicKey;
  }

  /** The key's address on a chain, from the stack's outputs. */
  async address(symbol: string): Promise<string> {
    return (await this.keyOutputs()).addresses[symbol] ?? "";
  }

  private async keyOutputs(): Promise<KeyOutputs> {
    return outputsOf(readState(this.folder, this.command.stack), this.notary);
  }

  /** Removes the stack's folder and nothing on its hosts. It is for hosts that are removed with all that is on them. */
  forget(): void {
    this.warm.end();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Removes what the stack has on the local Docker Engine, without the engine's grace or the CLI's, and its folder. */
  async remove(): Promise<void> {
    if (this.plugins.includes("docker")) await removeLeftovers(this.notary);
    this.forget();
  }
}
