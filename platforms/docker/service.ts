import type { DockerEndpoint } from "./host";
import { outputOn } from "./hostCommand";

/** Units of time as systemd writes them, in seconds. */
const UNITS: Readonly<Record<string, number>> = {
  month: 2_629_800,
  w: 604_800,
  d: 86_400,
  h: 3600,
  min: 60,
  s: 1,
  ms: 0.001,
  us: 0.000_001,
};

/**
 * The seconds that systemd gives docker.service to stop on a host before it kills the Docker Engine; Infinity if there
 * is no limit (docs/internals/engines.md, how long a service may take to stop). Undefined if that is not known: the
 * host has no systemd or no such service, or no command can be run on it.
 */
export async function serviceStopSeconds(endpoint: DockerEndpoint): Promise<number | undefined> {
  const command = ["systemctl", "show", "--property=LoadState,TimeoutStopUSec", "docker.service"];
  return stopSeconds(await outputOn(endpoint, command));
}

/**
 * Reads what `systemctl show` prints about a loaded service. Time spans are written as in systemd.time(7).
 *
 * @example stopSeconds("LoadState=loaded\nTimeoutStopUSec=1min 30s"); // 90
 */
export function stopSeconds(shown: string): number | undefined {
  if (!/^LoadState=loaded$/m.test(shown)) return undefined;
  const [, span] = /^TimeoutStopUSec=(.+)$/m.exec(shown) ?? [];
  if (span === undefined) return undefined;
  if (span === "infinity") return Number.POSITIVE_INFINITY;
  let seconds = 0;
  for (const part of span.split(" ")) {
    const [, number, unit = ""] = /^([\d.]+)([a-z]+)$/.exec(part) ?? [];
    const factor = UNITS[unit];
    if (number === undefined || factor === undefined) return undefined;
    seconds += Number(number) * factor;
  }
  return seconds;
}
