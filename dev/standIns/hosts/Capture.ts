import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Pool } from "./pool";

/** Records all packets that cross a pool's bridge, from `start` to `end`. `end` returns them in tcpdump's format. */
export class Capture {
  private constructor(
    private readonly program: ReturnType<typeof spawn>,
    private readonly file: string,
  ) {}

  static async start(pool: Pool): Promise<Capture> {
    const file = join(pool.folder, "capture.pcap");
    const where = [`--net=/run/netns/${pool.prefix}`, "tcpdump", "-i", "any", "-U", "-s", "0", "-w", file];
    // By default Debian's tcpdump gives up root's rights and then cannot write this file.
    const program = spawn("nsenter", [...where, "-Z", "root"], { stdio: ["ignore", "ignore", "pipe"] });
    // tcpdump prints a line when it starts to listen.
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
