import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { exitOf, freePort, until } from "../processes";

const WITNESS = join(__dirname, "../../../runtime/bundles/witness.cjs");

/** What a witness answered. */
export interface Answer {
  readonly status: number;
  readonly granted?: boolean;
  readonly renewed?: boolean;
  readonly holder?: string;
  readonly seenSeconds?: number;
  readonly seconds?: number;
  readonly released?: boolean;
  readonly error?: string;
}

/** A real witness on a folder, which others may use as well. */
export class WitnessProcess {
  port = 0;
  output = "";
  private child: ChildProcess | undefined;

  constructor(
    readonly directory: string,
    /** What it is for. */
    readonly key: string,
    /** Started before it, such as `unshare`; it has to become the witness. */
    private readonly before: readonly string[] = [],
  ) {}

  async start(): Promise<this> {
    if (this.port === 0) this.port = await freePort();
    const witness = [process.execPath, WITNESS, String(this.port), this.directory, this.key];
    const [program = process.execPath, ...args] = [...this.before, ...witness];
    const child = spawn(program, args, {
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (data: Buffer) => {
        this.output += data.toString("utf8");
      });
    }
    await until(async () => (await fetch(`${this.url}/healthz`)).ok);
    return this;
  }

  /** The lines so far, without their times. */
  get lines(): string[] {
    return this.output
      .trim()
      .split("\n")
      .map((line) => line.replace(/^\S+ /, ""));
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  async ask(instance: string, seconds: number, round?: number): Promise<Answer> {
    return this.call("POST", this.key, { instance, holder: `notary ${instance}`, seconds, round });
  }

  async release(instance: string, round?: number): Promise<Answer> {
    return this.call("DELETE", this.key, { instance, round });
  }

  async call(method: string, key: string, body: unknown): Promise<Answer> {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const response = await fetch(`${this.url}/lease/${key}`, { method, body: text });
    return { ...JSON.parse(await response.text()), status: response.status };
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  signal(signal: "SIGSTOP" | "SIGCONT"): void {
    this.child?.kill(signal);
  }

  async end(signal: "SIGTERM" | "SIGKILL" = "SIGKILL"): Promise<number | null> {
    const { child } = this;
    this.child = undefined;
    if (child === undefined) return null;
    child.kill(signal);
    return exitOf(child);
  }
}
