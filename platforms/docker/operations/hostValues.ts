import type Docker from "dockerode";
import { z } from "zod";
import { AGENT_ROLE } from "../../../notary/names";
import type { HostValues } from "../../../runtime/restarter/hostValues";
import { outputOf } from "./exec";
import type { InspectedContainer } from "./seen";

/**
 * Prints what runtime/restarter/hostValues.ts reads. It is for containers that do not have that: an agent, and a restarter of
 * an older release.
 */
const SCRIPT = `
  const fs = require("fs"), os = require("os");
  const text = fs.readFileSync("/proc/meminfo", "utf8");
  const memory = (name) => 1024 * new RegExp("^" + name + ":\\\\s+(\\\\d+)", "m").exec(text)[1];
  const disk = fs.statfsSync === undefined ? undefined : fs.statfsSync("/");
  console.log(JSON.stringify({
    memory: { totalBytes: memory("MemTotal"), availableBytes: memory("MemAvailable") },
    disk: disk && { totalBytes: disk.blocks * disk.bsize, freeBytes: disk.bavail * disk.bsize },
    cores: os.cpus().length, load: os.loadavg()[0],
  }));`;

/** A restarter's health is checked every 30 s. What is older than this many seconds says nothing of the host any more. */
const OLDEST_SECONDS = 90;

const hostValues: z.ZodType<HostValues> = z.object({
  memory: z.object({ totalBytes: z.number(), availableBytes: z.number() }),
  disk: z.object({ totalBytes: z.number(), freeBytes: z.number() }).optional(),
  cores: z.number(),
  load: z.number(),
});

/**
 * The values of the host. Its restarter's health has them; a restarter of an older release, or one that began a moment
 * ago, is asked. None if no container that has Node runs, or if it does not answer in time.
 */
export async function valuesOf(
  engine: Docker,
  all: readonly InspectedContainer[],
  now: Date,
): Promise<Partial<HostValues>> {
  const running = all.filter(
    ({ inspected: { State } }) => State.Running && !State.Restarting && !State.Paused,
  );
  const restarter = running.find(({ planned }) => planned.part === "restarter");
  const told = restarter && toldByHealth(restarter.inspected, now);
  if (told !== undefined) return told;
  const asked = restarter ?? running.find(({ planned }) => planned.role === AGENT_ROLE);
  if (asked === undefined) return {};
  return (await askHostValues(engine, asked.inspected.Id).catch(() => undefined)) ?? {};
}

/**
 * What a restarter's last health check has printed (runtime/restarter/main.ts). Undefined if there was none lately, or
 * if the restarter is of a release that prints nothing.
 * @param now by the clock of the container's host
 */
function toldByHealth({ State }: Docker.ContainerInspectInfo, now: Date): HostValues | undefined {
  const last = State.Health?.Log?.at(-1);
  if (last === undefined) return undefined;
  const age = (now.getTime() - new Date(last.End).getTime()) / 1000;
  if (!(age < OLDEST_SECONDS)) return undefined;
  return parsed(last.Output.split("\n", 1)[0] ?? "");
}

/** Asks a running container that has Node about its host. */
async function askHostValues(engine: Docker, container: string): Promise<HostValues | undefined> {
  return parsed(await outputOf(engine, container, ["node", "-e", SCRIPT]));
}

function parsed(text: string): HostValues | undefined {
  try {
    return hostValues.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
