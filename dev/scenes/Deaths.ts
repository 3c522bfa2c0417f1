import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";

/** What the docker CLI needs to begin, and to tell of the last one. */
const DELAY_MS = 500;

/** Hears of every container of a notary that ends, from now on: an engine itself remembers a few hundred events alone. */
export class Deaths {
  private output = "";

  private constructor(
    private readonly notary: string,
    private readonly events: ChildProcess,
  ) {
    events.stdout?.on("data", (text: Buffer) => {
      this.output += text;
    });
  }

  /** @param engine path of the engine's socket; the machine's own where absent */
  static async watch(notary: string, engine?: string): Promise<Deaths> {
    const host = engine === undefined ? [] : ["--host", `unix://${engine}`];
    const format = "{{.Actor.Attributes.name}} {{.Actor.Attributes.exitCode}}";
    const args = [...host, "events", "--filter", "event=die", "--format", format];
    const deaths = new Deaths(notary, spawn("docker", args, { stdio: ["ignore", "pipe", "ignore"] }));
    await sleep(DELAY_MS);
    return deaths;
  }

  /** Stops to listen; `name exit-code` of each, in their order. */
  async end(): Promise<string[]> {
    await sleep(DELAY_MS);
    this.events.kill();
    return this.output.split("\n").filter((line) => line.startsWith(`${this.notary}-`));
  }
}
