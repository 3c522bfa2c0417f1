import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { z } from "zod";

const MAIN = join(__dirname, "main.ts");
const LOADER = join(__dirname, "..", "..", "..", "cli", "register.cjs");
/** Each list has a process of its own, because a run waits until all that its program has opened is closed. */
const PROCESSES = [["nodejs"], ["docker", "kubernetes", "random", "tls"]];

const servedPorts = z.record(z.string(), z.number());

/**
 * Two processes that serve stand-ins to one run of the CLI after the other: one that has the project's program loaded, and
 * one for providers. A run that starts them all itself takes more than twice the processor time, most of it for loading
 * modules. The processes start with the first run and end with their parent at the latest.
 */
export class WarmStandIns {
  private processes: ChildProcess[] = [];
  private served: Promise<Readonly<Record<string, string>>> | undefined;
  /** How many runs go on. */
  private runs = 0;

  constructor(
    /** The names of the plugins that are stand-ins on this machine. */
    private readonly offline: readonly string[],
    /** The project's folder. */
    private readonly directory: string,
    /** Variables that a run has beside those of this process. */
    private readonly variables: Readonly<Record<string, string>>,
  ) {}

  /** Variables with which the engine calls these processes, and does not start these stand-ins. */
  env(): Promise<Readonly<Record<string, string>>> {
    this.served ??= this.start();
    return this.served;
  }

  /**
   * Lets these stand-ins serve a run. If that fails they serve no other, because a failure may leave something behind.
   * @param run gets the variables of `env`
   */
  async serve<Result>(run: (env: Readonly<Record<string, string>>) => Promise<Result>): Promise<Result> {
    this.runs += 1;
    try {
      return await run(await this.env());
    } catch (error) {
      this.end();
      throw error;
    } finally {
      this.runs -= 1;
      if (this.runs === 0) await this.forget();
    }
  }

  /** Ends the processes. The next run has others. */
  end(): void {
    for (const child of this.processes) child.kill("SIGKILL");
    this.processes = [];
    this.served = undefined;
  }

  /** Lets the stand-ins end what the runs have opened, such as connections to hosts. */
  private async forget(): Promise<void> {
    const connected = this.processes.filter((child) => child.connected);
    await Promise.all(
      connected.map(
        (child) =>
          new Promise<void>((resolve) => {
            const settle = () => {
              child.off("message", settle).off("exit", settle);
              resolve();
            };
            child.on("message", settle).on("exit", settle);
            child.send("forget");
          }),
      ),
    );
  }

  private async start(): Promise<Readonly<Record<string, string>>> {
    const lists = PROCESSES.map((names) => names.filter((name) => this.offline.includes(name)));
    const started = lists.filter((names) => names.length > 0).map((names) => this.fork(names));
    const { nodejs, ...providers } = Object.assign({}, ...(await Promise.all(started)));
    const debugged = Object.entries(providers).map(([name, port]) => `${name}:${port}`);
    return {
      ...(nodejs === undefined ? {} : { PULUMI_DEBUG_LANGUAGES: `nodejs:${nodejs}` }),
      ...(debugged.length === 0 ? {} : { PULUMI_DEBUG_PROVIDERS: debugged.join(",") }),
    };
  }

  /** Starts a process for these stand-ins, and returns their ports. */
  private async fork(names: readonly string[]): Promise<Readonly<Record<string, number>>> {
    const child = fork(MAIN, names, {
      cwd: this.directory,
      env: { ...process.env, ...this.variables },
      execArgv: ["--require", LOADER],
    });
    this.processes.push(child);
    const ended = once(child, "exit").then(() => Promise.reject(new Error("The warm stand-ins have ended.")));
    const [message] = await Promise.race([once(child, "message"), ended]);
    // A test that does not end the process ends nevertheless.
    child.unref();
    child.channel?.unref();
    return servedPorts.parse(message);
  }
}
