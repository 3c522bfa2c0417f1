import { daemonName } from "../../notary/names";
import { isExternal } from "../../notary/placement";
import { holdIn } from "../../platforms/diskGuard";
import type { ContainerAddress, Operations, SeenContainer } from "../../platforms/operations";
import { containerAt } from "./containers";
import { lastLines } from "./logs";
import type { Observation } from "./observation";
import { isSilent } from "./silent";

/** An engine notes the start of a container up to so long after the container's first line. */
const START_MILLISECONDS = 1000;

/**
 * What the disk guard says if it holds the daemon of a container. What it said before the container was started last does
 * not count.
 * @param startedAt is called only if the guard has said something
 */
export async function holdOf(
  operations: Pick<Operations, "logs">,
  container: ContainerAddress,
  startedAt: () => Promise<Date | undefined>,
): Promise<string | undefined> {
  const [line] = await lastLines(operations, container, 1);
  const held = holdIn(line?.text ?? "");
  if (held === undefined) return undefined;
  const start = await startedAt();
  if (line?.at === undefined || start === undefined) return held;
  return line.at.getTime() < start.getTime() - START_MILLISECONDS ? undefined : held;
}

/**
 * What the disk guard says of each daemon that it holds. The container of such a daemon runs, so nothing but its log tells
 * it from a daemon that hangs. Logs are read only of daemons that do not answer.
 */
export async function holdsOf(
  { containers, nodes }: Observation,
  operations: Pick<Operations, "logs">,
): Promise<ReadonlyMap<SeenContainer, string>> {
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
    unheard.map(
      async (daemon) => [daemon, await holdOf(operations, daemon, async () => daemon.startedAt)] as const,
    ),
  );
  return new Map(said.flatMap(([daemon, held]) => (held === undefined ? [] : [[daemon, held]])));
}
