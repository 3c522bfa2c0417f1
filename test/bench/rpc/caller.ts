import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import { z } from "zod";
import { imageName } from "../../../setup/images";

/** What one round of calls asks for. */
export interface Round {
  readonly method: string;
  readonly calls: number;
  readonly concurrency: number;
}

/** A process inside a container's network namespace that calls one port there, and goes on doing so. */
export class Caller {
  private readonly client: ChildProcessWithoutNullStreams;
  private readonly answers: Interface;
  private readonly ended: Promise<unknown>;

  constructor(container: string, port: number, credentials: string) {
    const script = readFileSync(join(__dirname, "client.cjs"), "utf8");
    const network = ["--network", `container:${container}`];
    this.client = spawn("docker", ["run", "--rm", "-i", ...network, imageName("node"), "node", "-e", script]);
    this.client.stderr.pipe(process.stderr);
    this.ended = once(this.client, "close");
    this.answers = createInterface({ input: this.client.stdout });
    const authorization = Buffer.from(credentials).toString("base64");
    this.client.stdin.write(`${JSON.stringify({ port, authorization })}\n`);
  }

  /** Milliseconds of each call. */
  async run(round: Round): Promise<number[]> {
    this.client.stdin.write(`${JSON.stringify(round)}\n`);
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
