import { daemonName } from "../../notary/names";
import { isExternal } from "../../notary/placement";
import { type Delay, delayIn } from "../../platforms/entrypointLog";
import { inLanes } from "../../platforms/inLanes";
import type { ContainerAddress, LogLine, Operations, SeenContainer } from "../../platforms/operations";
import { containerAt } from "./containers";
import { lastLines } from "./logs";
import type { Observation } from "./observation";
import { isSilent } from "./silent";

/** An engine notes the start of a container up to so long after the container's first line. */
const START_MILLISECONDS = 1000;
/** How many logs of a host are read at a time. */
const LOGS_AT_ONCE = 2;

/**
 * Why the entry point of a container has not started its daemon yet. What it said before the container was started last
 * does not count.
 * @param startedAt is called only if the entry point has said something
 */
export async function delayOf(
  operations: Pick<Operations, "logs">,
  container: ContainerAddress,
  startedAt: () => Promise<Date | undefined>,
): Promise<Delay | undefined> {
  const [line] = await lastLines(operations, container, 1);
  if (delayIn(line?.text ?? "") === undefined) return undefined;
  return delayAfter(await startedAt(), line);
}

/** The delay of which the last line of a container's log speaks, if that is of the time after the container's start. */
export function delayAfter(start: Date | undefined, line: LogLine | undefined): Delay | undefined {
  const isOld =
    line?.at !== undefined && start !== undefined && line.at.getTime() < start.getTime() - START_MILLISECONDS;
  return isOld ? undefined : delayIn(line?.text ?? "");
}

/**
 * The daemons that their entry points have not started yet, and why. The container of such a daemon runs, so nothing but its
 * log tells it from a daemon that hangs. Logs are read only of daemons that do not answer.
 */
export async function delaysOf(
  { containers, nodes }: Observation,
  operations: Pick<Operations, "logs">,
): Promise<ReadonlyMap<SeenContainer, Delay>> {
  const unheard = nodes.flatMap(({ node, readings }) =>
    node.chains.flatMap((chain) => {
      if (isExternal(chain)) return [];
      const { symbol } = chain.chain;
      const daemon = containerAt(containers, { host: chain.host, workload: daemonName(node.name, symbol) });
      const reading = readings?.chains[symbol];
      const answers = reading?.at !== undefined && !isSilent(reading, readings?.at);
      return daemon?.state === "running" && !answers ? [daemon] : [];
    }),
  );
  const said = await Promise.all(
    [...byHost(unheard).values()].map((daemons) => delaysOn(daemons, operations)),
  );
  return new Map(said.flat());
}

/**
 * Reads the logs of one host, a few at a time. Each that is read at the same time takes a connection of its own, and over
 * ssh opening one takes longer than reading some logs.
 */
async function delaysOn(
  daemons: readonly SeenContainer[],
  operations: Pick<Operations, "logs">,
): Promise<readonly (readonly [SeenContainer, Delay])[]> {
  const delays: (readonly [SeenContainer, Delay])[] = [];
  await inLanes(LOGS_AT_ONCE, daemons, async (daemon) => {
    const delay = await delayOf(operations, daemon, async () => daemon.startedAt);
    if (delay !== undefined) delays.push([daemon, delay]);
  });
  return delays;
}

function byHost(containers: readonly SeenContainer[]): ReadonlyMap<string, SeenContainer[]> {
  const all = new Map<string, SeenContainer[]>();
  for (const each of containers) all.set(each.host, [...(all.get(each.host) ?? []), each]);
  return all;
}
