import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import { z } from "zod";
import { spawnBeside } from "../../scenes/docker";

/** Where an RPC is called. */
export interface Target {
  /** When absent, the loopback of the caller's network namespace. */
  readonly host?: string;
  readonly port: number;
  /** `user:password`, from a daemon's conf. */
  readonly credentials: string;
}

/** One round of calls. */
export interface Round {
  /** When absent, a call ends as soon as it is connected. */
  readonly method?: string;
  readonly calls: number;
  readonly concurrency: number;
}

/** A process inside a container's network namespace. It makes rounds of calls from there until it is ended. */
export class Caller {
  private readonly client: ReturnType<typeof spawnBeside>;
  private readonly answers: Interface;
  private readonly ended: Promise<unknown>;

  /** @param engine path of the socket of the engine that has the container; when absent, this machine's own engine */
  constructor(container: string, engine?: string) {
    const script = readFileSync(join(__dirname, "client.cjs"), "utf8");
    this.client = spawnBeside(container, engine, script);
    this.ended = once(this.client, "close");
    this.answers = createInterface({ input: this.client.stdout });
  }

  /** Makes one round of calls and returns the milliseconds of each. */
  async run({ host = "127.0.0.1", port, credentials }: Target, round: Round): Promise<number[]> {
    const authorization = Buffer.from(credentials).toString("base64");
    this.client.stdin.write(`${JSON.stringify({ host, port, authorization, ...round })}\n`);
    const line = await Promise.race([
      once(this.answers, "line").then(([text]) => text),
      this.ended.then(() => undefined),
    ]);
    if (line === undefined) {
      throw new Error("The process that makes the bench's calls has ended. Its own error is printed above.");
    }
    return z.array(z.number()).parse(JSON.parse(line));
  }

  async end(): Promise<void> {
    this.client.stdin.end();
    await this.ended;
  }
}
