import { everyNode, type Stack } from "../../config/stack";
import { daemonName, iguanaName } from "../../notary/names";
import { isExternal } from "../../notary/placement";
import type { Operations, SeenContainer } from "../../platforms/operations";
import { containerAt } from "../running/containers";
import { listens } from "../running/listens";
import { lastLines } from "../running/logs";
import type { Observation } from "../running/observation";
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
        const isLate = isOld(reading?.at, readings?.at);
        const isSilent = (reading?.silence !== undefined || isLate) && daemon?.state === "running";
        const isWell = daemon?.state === "running" && reading !== undefined && !isSilent;
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
          log: isWell || daemon === undefined ? [] : await logEnd(operations, daemon),
          listens: isSilent
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

/** Seconds between two readings of a chain are 9. A call to a daemon that is down is held for up to 50 s. */
const LATE_SECONDS = 15;

function isOld(at: string | undefined, now: string | undefined): boolean {
  return at !== undefined && now !== undefined && Date.parse(now) - Date.parse(at) > LATE_SECONDS * 1000;
}

async function logEnd(operations: Operations, container: SeenContainer): Promise<string[]> {
  return (await lastLines(operations, container, LOG_LINES)).map(({ text }) => text);
}
