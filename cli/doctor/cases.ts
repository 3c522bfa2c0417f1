import { everyNode, type Stack } from "../../config/stack";
import { daemonName, iguanaName } from "../../notary/names";
import { isExternal } from "../../notary/placement";
import type { Operations, SeenContainer } from "../../platforms/operations";
import { containerAt } from "../running/containers";
import { delayAfter } from "../running/delays";
import { listens } from "../running/listens";
import { lastLines } from "../running/logs";
import type { Observation } from "../running/observation";
import { isSilent } from "../running/silent";
import { bestHeights } from "../status/heights";
import type { Case } from "./check";

/** Lines of a daemon's log that are read for the checks. */
const LOG_LINES = 40;
/** Seconds in which a look at a container's sockets has to be done. */
const SOCKETS_SECONDS = 3;

/** Brings together what is known of each chain. Logs are read only of daemons that do not do their work. */
export async function casesOf(
  stack: Pick<Stack, "notaries" | "nodes">,
  observation: Observation,
  operations: Operations,
  symbols: readonly string[],
): Promise<Case[]> {
  const { hosts, containers, nodes } = observation;
  const best = bestHeights(nodes);
  const several = everyNode(stack).length > 1;
  const cases = nodes.flatMap(({ node, readings, problem }) =>
    node.chains
      .filter(({ chain }) => symbols.length === 0 || symbols.includes(chain.symbol))
      .map(async (chain): Promise<Case> => {
        const { symbol } = chain.chain;
        const workload = daemonName(node.name, symbol);
        const host = isExternal(chain) ? undefined : chain.host;
        const daemon = host === undefined ? undefined : containerAt(containers, { host, workload });
        const reading = readings?.chains[symbol];
        const runs = daemon?.state === "running";
        const hangs = runs && reading !== undefined && isSilent(reading, readings?.at);
        const isWell = runs && reading !== undefined && !hangs;
        const lines = isWell || daemon === undefined ? [] : await lastLines(operations, daemon, LOG_LINES);
        const way = containers.filter(
          (each) =>
            (each.host === host && each.workload === workload && each.role !== undefined) ||
            (each.host === host && node.host !== host && isGatewayOf(node.name, each)),
        );
        return {
          title: several ? `${node.name}/${symbol}` : symbol,
          node,
          chain,
          host: hosts.find(({ name }) => name === host),
          daemon,
          way,
          log: lines.map(({ text }) => text),
          delay: delayAfter(daemon?.startedAt, lines.at(-1)),
          listens: hangs
            ? await listens(
                operations,
                daemon,
                chain.chain.rpcPort,
                AbortSignal.timeout(SOCKETS_SECONDS * 1000),
              )
            : undefined,
          reading,
          bestKnown: best.get(symbol),
          readings,
          problem,
          callersHost: hosts.find(({ name }) => name === node.host),
          restarter: host === undefined ? undefined : containers.find(isRestarterOf(node.name, host)),
          iguana: containerAt(containers, { host: node.host, workload: iguanaName(node.name) }),
        };
      }),
  );
  return Promise.all(cases);
}

/** Whether a container takes the links from elsewhere of a node (platforms/haproxy/gateway.ts). */
function isGatewayOf(node: string, { workload }: SeenContainer): boolean {
  return workload.startsWith(`${node}-`) && workload.endsWith("-gateway");
}

/** Tells the restarter of a node on a host (platforms/docker/restarter.ts). */
function isRestarterOf(node: string, host: string): (seen: SeenContainer) => boolean {
  return (seen) => seen.host === host && seen.workload === `${node}-restarter`;
}
