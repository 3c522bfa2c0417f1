import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { z } from "zod";

const MAIN = join(__dirname, "main.ts");
const LOADER = join(__dirname, "..", "..", "..", "cli", "register.cjs");
/** The stand-ins that keep nothing of a run. The others keep the address of an engine or a cluster. */
const SERVED = ["nodejs", "random", "tls"];

const servedPorts = z.record(z.string(), z.number());

/**
 * A process that serves stand-ins to one run of the CLI after the other, and has the project's program loaded. A run that
 * starts them all itself takes more than twice the processor time, most of it for loading modules. The process starts
 * with the first run and ends with its parent at the latest.
 */
export class WarmStandIns {
  private process: ChildProcess | undefined;
  private served: Promise<Readonly<Record<string, string>>> | undefined;

  constructor(
    /** The names of the plugins that are stand-ins on this machine. */
    private readonly offline: readonly string[],
    /** The project's folder. */
    private readonly directory: string,
    /** Variables that a run has beside those of this process. */
    private readonly variables: Readonly<Record<string, string>>,
  ) {}

  /** Variables with which the engine calls this process, and does not start these stand-ins. */
  env(): Promise<Readonly<Record<string, string>>> {
    this.served ??= this.start();
    return this.served;
  }

  /**
   * Lets these stand-ins serve a run. If that fails they serve no other, because a failure may leave something behind.
   * @param run gets the variables of `env`
   */
  async serve<Result>(run: (env: Readonly<Record<string, string>>) => Promise<Result>): Promise<Result> {
    try {
      return await run(await this.env());
    } catch (error) {
      this.end();
      throw error;
    }
  }

  /** Ends the process. The next run has another. */
  end(): void {
    this.process?.kill("SIGKILL");
    this.process = undefined;
    this.served = undefined;
  }

  private async start(): Promise<Readonly<Record<string, string>>> {
    const names = this.offline.filter((name) => SERVED.includes(name));
    if (names.length === 0) return {};
    const child = fork(MAIN, names, {
      cwd: this.directory,
      env: { ...process.env, ...this.variables },
      execArgv: ["--require", LOADER],
    });
    this.process = child;
    const ended = once(child, "exit").then(() => Promise.reject(new Error("The warm stand-ins have ended.")));
    const [message] = await Promise.race([once(child, "message"), ended]);
    // A test that does not end the process ends nevertheless.
    child.unref();
    child.channel?.unref();
    const { nodejs, ...providers } = servedPorts.parse(message);
    return {
      ...(nodejs === undefined ? {} : { PULUMI_DEBUG_LANGUAGES: `nodejs:${nodejs}` }),
      PULUMI_DEBUG_PROVIDERS: Object.entries(providers)
        .map(([name, port]) => `${name}:${port}`)
        .join(","),
    };
  }
}
