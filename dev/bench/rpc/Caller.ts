import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import { z } from "zod";
import { imageName } from "../../images/images";

/** What is called. */
export interface Target {
  /** Loopback of the caller's network namespace where absent. */
  readonly host?: string;
  readonly port: number;
  /** A user and a password, as a daemon's conf has them. */
  readonly credentials: string;
}

/** What one round of calls asks for. */
export interface Round {
  /** Without one, the calls end when they are connected. */
  readonly method?: string;
  readonly calls: number;
  readonly concurrency: number;
}

/** A process inside a container's network namespace that makes calls from there, and goes on doing so. */
export class Caller {
  private readonly client: ChildProcessWithoutNullStreams;
  private readonly answers: Interface;
  private readonly ended: Promise<unknown>;

  /** The container is on the machine's own engine unless the socket of another is given. */
  constructor(container: string, engine?: string) {
    const script = readFileSync(join(__dirname, "client.cjs"), "utf8");
    const at = engine === undefined ? [] : ["--host", `unix://${engine}`];
    const run = ["run", "--rm", "-i", "--network", `container:${container}`, imageName("node")];
    this.client = spawn("docker", [...at, ...run, "node", "-e", script]);
    this.client.stderr.pipe(process.stderr);
    this.ended = once(this.client, "close");
    this.answers = createInterface({ input: this.client.stdout });
  }

  /** Milliseconds of each call. */
  async run({ host = "127.0.0.1", port, credentials }: Target, round: Round): Promise<number[]> {
    const authorization = Buffer.from(credentials).toString("base64");
    this.client.stdin.write(`${JSON.stringify({ host, port, authorization, ...round })}\n`);
    const line = await Promise.race([
      once(this.answers, "line").then(([text]) => text),
      this.ended.then(() => undefined),
    ]);
    if (line === undefined) throw new Error("the client of the RPC bench ended");
    return z.array(z.number()).parse(JSON.parse(line));
  }

  async end(): Promise<void> {
    this.client.stdin.end();
    await this.ended;
  }
}
