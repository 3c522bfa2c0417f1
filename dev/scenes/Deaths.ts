import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { atEngine } from "./docker";

/** Time that the docker CLI needs to start listening, and to print the last event. */
const DELAY_MS = 500;

/**
 * Records every container of a notary that ends from now on. It listens all the time, because an engine remembers only a
 * few hundred events.
 */
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

  /** @param engine path of the engine's socket; when absent, this machine's own engine */
  static async watch(notary: string, engine?: string): Promise<Deaths> {
    const format = "{{.Action}} {{.Actor.Attributes.name}} {{.Actor.Attributes.exitCode}}";
    const filters = ["--filter", "event=die", "--filter", "event=start"];
    const args = [...atEngine(engine), "events", ...filters, "--format", format];
    const deaths = new Deaths(notary, spawn("docker", args, { stdio: ["ignore", "pipe", "ignore"] }));
    await sleep(DELAY_MS);
    return deaths;
  }

  /** Stops listening and returns `name exit-code` of each container, in the order in which they ended. */
  async end(): Promise<string[]> {
    await sleep(DELAY_MS);
    this.events.kill();
    const deaths = this.seen().filter(({ action }) => action === "die");
    return deaths.map(({ name, exitCode }) => `${name} ${exitCode}`);
  }

  /** `die name` and `start name` of these containers, in the order in which that happened. */
  order(containers: readonly string[]): string[] {
    const events = this.seen().filter(({ name }) => containers.includes(name));
    return events.map(({ action, name }) => `${action} ${name}`);
  }

  /** The highest number of these containers that were stopped at the same time. */
  mostAtOnce(containers: readonly string[]): number {
    const stopped = new Set<string>();
    let most = 0;
    for (const { action, name } of this.seen().filter((event) => containers.includes(event.name))) {
      if (action === "die") stopped.add(name);
      else stopped.delete(name);
      most = Math.max(most, stopped.size);
    }
    return most;
  }

  private seen() {
    return this.output
      .split("\n")
      .map((line) => {
        const [action = "", name = "", exitCode = ""] = line.split(" ");
        return { action, name, exitCode };
      })
      .filter(({ name }) => name.startsWith(`${this.notary}-`));
  }
}
