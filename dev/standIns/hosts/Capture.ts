import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Pool } from "./pool";

/** Everything that goes over a pool's bridge, from now until `end`, which gives it as it was on the wire. */
export class Capture {
  private constructor(
    private readonly program: ReturnType<typeof spawn>,
    private readonly file: string,
  ) {}

  static async start(pool: Pool): Promise<Capture> {
    const file = join(pool.folder, "capture.pcap");
    const where = [`--net=/run/netns/${pool.prefix}`, "tcpdump", "-i", "any", "-U", "-s", "0", "-w", file];
    // Where it drops root's rights, it may not write here.
    const program = spawn("nsenter", [...where, "-Z", "root"], { stdio: ["ignore", "ignore", "pipe"] });
    // It says so when it listens.
    await once(program.stderr, "data");
    return new Capture(program, file);
  }

  async end(): Promise<Buffer> {
    const gone = once(this.program, "exit");
    this.program.kill("SIGINT");
    await gone;
    const bytes = await readFile(this.file);
    await rm(this.file);
    return bytes;
  }
}
