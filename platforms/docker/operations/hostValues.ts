import type Docker from "dockerode";
import { z } from "zod";
import type { SeenHost } from "../../operations";
import { runIn } from "./exec";

/**
 * Prints what is known of the machine from inside a container. Its root is on the disk that has the engine's data, the
 * volumes included. `statfsSync` came with Node 18.15.
 */
const SCRIPT = `
  const fs = require("fs"), os = require("os");
  const text = fs.readFileSync("/proc/meminfo", "utf8");
  const memory = (name) => 1024 * new RegExp("^" + name + ":\\\\s+(\\\\d+)", "m").exec(text)[1];
  const disk = fs.statfsSync === undefined ? undefined : fs.statfsSync("/");
  console.log(JSON.stringify({
    memory: { totalBytes: memory("MemTotal"), availableBytes: memory("MemAvailable") },
    disk: disk && { totalBytes: disk.blocks * disk.bsize, freeBytes: disk.bavail * disk.bsize },
    cores: os.cpus().length, load: os.loadavg()[0], now: Date.now(),
  }));`;

const answer = z.object({
  memory: z.object({ totalBytes: z.number(), availableBytes: z.number() }),
  disk: z.object({ totalBytes: z.number(), freeBytes: z.number() }).optional(),
  cores: z.number(),
  load: z.number(),
  now: z.number(),
});

export type HostValues = Pick<SeenHost, "memory" | "disk" | "clockAheadSeconds" | "cores" | "load">;

/** Asks a running container that has Node about its host. */
export async function hostValues(engine: Docker, container: string): Promise<HostValues> {
  const { output, started, ended } = await runIn(engine, container, ["node", "-e", SCRIPT]);
  const { now, ...values } = answer.parse(JSON.parse(output));
  // Nobody knows when in the round trip the script read the clock, so its middle counts.
  const ahead = (now - (started + ended) / 2) / 1000;
  return { ...values, clockAheadSeconds: Math.round(ahead * 10) / 10 };
}
