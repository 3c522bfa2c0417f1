import { everyNode, type Stack } from "../../config/stack";
import { daemonName, iguanaName } from "../../notary/names";
import { isExternal } from "../../notary/placement";
import type { NodeChain, Notary } from "../../notary/types";
import type { Delay } from "../../platforms/entrypointLog";
import type { SeenContainer, SeenHost } from "../../platforms/operations";
import type { AgentReadings } from "../../readings/agent";
import { certificateFindings } from "../../readings/certificateFindings";
import type { ChainReading } from "../../readings/chain";
import { chainFindings } from "../../readings/chainFindings";
import { containerFindings } from "../../readings/containerFindings";
import type { Finding } from "../../readings/finding";
import { worst } from "../../readings/finding";
import { hostFindings } from "../../readings/hostFindings";
import { iguanaFindings } from "../../readings/iguanaFindings";
import { containerAt } from "../running/containers";
import type { Observation, ObservedNode } from "../running/observation";
import { bestHeights } from "./heights";
import type { ChainStatus, HostStatus, IguanaStatus, OtherStatus, StatusReport } from "./report";

type Placed = Pick<Stack, "notaries" | "nodes" | "hosts">;

export interface StatusInput {
  readonly stackName: string;
  readonly stack: Placed;
  readonly observation: Observation;
  /** The daemons that their entry points have not started yet, and why. */
  readonly delays: ReadonlyMap<SeenContainer, Delay>;
  /** Memory that the stack places on each host, in bytes. */
  readonly planned: ReadonlyMap<string, number>;
  /** Symbols of the chains that are asked for; all if empty. */
  readonly symbols: readonly string[];
}

/** Makes the report of one look. It is a pure function, so that the same look always says the same. */
export function statusOf({
  stackName,
  stack,
  observation,
  delays,
  planned,
  symbols,
}: StatusInput): StatusReport {
  const isAsked = (symbol: string) => symbols.length === 0 || symbols.includes(symbol);
  const best = bestHeights(observation.nodes);
  const chains = observation.nodes.flatMap((observed) =>
    observed.node.chains
      .filter(({ chain }) => isAsked(chain.symbol))
      .map((chain) => chainStatus(chain, observed, { observation, delays, best })),
  );
  const all = symbols.length === 0;
  const notaries = observation.nodes.filter(isNotary);
  const iguanas = all ? notaries.map((each) => iguanaStatus(each, observation)) : [];
  const hostsAsked = new Set(chains.map(({ host }) => host));
  const hosts = stack.hosts
    .filter(({ name }) => all || hostsAsked.has(name))
    .map(({ name }) => hostStatus(name, observation, planned.get(name) ?? 0));
  const others = all ? otherStatuses(stack, observation) : [];
  const problems = observation.nodes.flatMap(({ problem }) => problem ?? []);
  const levels = [...hosts, ...iguanas, ...chains, ...others].flatMap(({ findings }) => findings);
  return {
    schema: 1,
    stack: stackName,
    at: observation.at.toISOString(),
    level: worst([
      ...levels,
      ...problems.map((text): Finding => ({ of: "readings", level: "doubtful", text })),
    ]),
    problems,
    hosts,
    iguanas,
    chains,
    others,
  };
}

/** Days until certificates end, of those workloads that are asked for. */
function certificatesOf(
  readings: AgentReadings | undefined,
  isAsked: (workload: string) => boolean,
): Record<string, number> {
  return Object.fromEntries(Object.entries(readings?.certificates ?? {}).filter(([name]) => isAsked(name)));
}

function isNotary(observed: ObservedNode): observed is ObservedNode & { readonly node: Notary } {
  return "iguana" in observed.node;
}

function hostStatus(name: string, { hosts }: Observation, plannedMemoryBytes: number): HostStatus {
  const seen = hosts.find((host) => host.name === name);
  const findings = hostStateFindings(name, seen, plannedMemoryBytes);
  const { version, memory, disk, clockAheadSeconds } = seen ?? {};
  return {
    name,
    level: worst(findings),
    version,
    memory,
    disk,
    clockAheadSeconds,
    plannedMemoryBytes,
    findings,
  };
}

function hostStateFindings(name: string, seen: SeenHost | undefined, planned: number): Finding[] {
  if (seen === undefined) return [{ of: "host", level: "bad", text: `nothing is known of host ${name}` }];
  return hostFindings(seen, planned);
}

/** What is known beside the node of a chain. */
interface Surroundings extends Pick<StatusInput, "observation" | "delays"> {
  /** The best height of each chain, keyed by symbol. */
  readonly best: ReadonlyMap<string, number>;
}

function chainStatus(
  placed: NodeChain,
  { node, readings, problem }: ObservedNode,
  { observation, delays, best }: Surroundings,
): ChainStatus {
  const { symbol } = placed.chain;
  const reading = readings?.chains[symbol];
  const host = isExternal(placed) ? undefined : placed.host;
  const place = host === undefined ? undefined : { host, workload: daemonName(node.name, symbol) };
  const container = place && containerAt(observation.containers, place);
  const isHostDown = observation.hosts.some((each) => each.name === host && each.problem !== undefined);
  const bestKnown = best.get(symbol);
  const delay = container && delays.get(container);
  const state = stateOf({ isOurs: place !== undefined, isHostDown, delay, container, reading, bestKnown });
  // What is known of a daemon that does not run is old, and says nothing of why.
  const isRunning = place === undefined || (container?.state === "running" && delay === undefined);
  const findings: Finding[] = [
    ...placeFindings(state, host),
    ...(delay === undefined ? [] : [delayFinding(delay)]),
    ...(container === undefined ? [] : containerFindings(container)),
    ...certificateFindings(certificatesOf(readings, (name) => name === place?.workload)),
    ...(reading !== undefined && isRunning && !isHostDown
      ? chainFindings({ ...reading, bestKnown }, { at: readings?.at ?? observation.at.toISOString() })
      : []),
    ...(reading === undefined && problem !== undefined && isRunning && !isHostDown
      ? [{ of: "readings", level: "doubtful", text: problem } as const]
      : []),
  ];
  const { height } = reading ?? {};
  return {
    node: node.name,
    symbol,
    level: worst(findings),
    state,
    host,
    height,
    lag: height === undefined || bestKnown === undefined ? undefined : Math.max(0, bestKnown - height),
    peers: reading?.peers,
    balance: reading?.balance,
    utxos: reading?.notaryUtxos?.count,
    lastNotarisation: reading?.lastNotarisation?.height,
    sizeOnDisk: reading?.sizeOnDisk,
    version: reading?.version,
    readAt: reading?.at,
    ...ends(container),
    findings,
  };
}

interface ChainFacts {
  readonly isOurs: boolean;
  readonly isHostDown: boolean;
  readonly delay?: Delay | undefined;
  readonly container?: SeenContainer | undefined;
  readonly reading?: ChainReading | undefined;
  readonly bestKnown?: number | undefined;
}

/** More blocks behind than this is syncing, and not a block that comes just now. */
const BLOCKS_OF_A_MOMENT = 2;

/** The one word for a chain. The first cause counts. */
function stateOf({ isOurs, isHostDown, delay, container, reading, bestKnown }: ChainFacts): string {
  if (isHostDown) return "host-down";
  if (isOurs && container === undefined) return "missing";
  if (container !== undefined && container.state !== "running") return container.state;
  if (delay !== undefined) return delay.kind;
  if (reading === undefined) return "unread";
  if (reading.silence !== undefined) return reading.silence.kind;
  if (reading.height === undefined) return "unread";
  return (bestKnown ?? 0) - reading.height > BLOCKS_OF_A_MOMENT ? "syncing" : "synced";
}

function delayFinding({ kind, text }: Delay): Finding {
  return { of: kind, level: kind === "held" ? "bad" : "doubtful", text };
}

function placeFindings(state: string, host: string | undefined): Finding[] {
  if (state === "host-down") return [{ of: "host", level: "bad", text: `host ${host} does not answer` }];
  if (state === "missing")
    return [{ of: "missing", level: "bad", text: `it is not on host ${host}; run \`pulumi up --refresh\`` }];
  return [];
}

function iguanaStatus(
  { node, readings, problem }: ObservedNode & { readonly node: Notary },
  observation: Observation,
): IguanaStatus {
  const place = { host: node.host, workload: iguanaName(node.name) };
  const container = containerAt(observation.containers, place);
  const isHostDown = observation.hosts.some(
    ({ name, problem }) => name === node.host && problem !== undefined,
  );
  const iguana = readings?.iguana;
  const daemons = node.chains.map(({ chain }) => daemonName(node.name, chain.symbol));
  const certificates = certificateFindings(certificatesOf(readings, (name) => !daemons.includes(name)));
  // The agent warns of all certificates. Each is a finding here, or of its chain.
  const known = certificateFindings(readings?.certificates ?? {}).map(({ text }) => text);
  const warnings = (readings?.warnings ?? []).filter((text) => !known.includes(text));
  const state = isHostDown
    ? "host-down"
    : container === undefined
      ? "missing"
      : container.state !== "running"
        ? container.state
        : (iguana?.state ?? "unread");
  const findings: Finding[] = [
    ...placeFindings(state, node.host),
    ...(container === undefined ? [] : containerFindings(container)),
    ...(iguana !== undefined && container?.state === "running"
      ? iguanaFindings(iguana, readings?.chains)
      : []),
    ...(problem !== undefined && !isHostDown
      ? [{ of: "readings", level: "bad", text: problem } as const]
      : []),
    ...certificates,
    ...warnings.map((text): Finding => ({ of: "warning", level: "doubtful", text })),
  ];
  return {
    node: node.name,
    host: node.host,
    level: worst(findings),
    state,
    lease: iguana?.lease.state,
    leaseSeconds: iguana?.lease.remainingSeconds,
    chains: iguana?.chains,
    notarised: iguana?.notarised,
    ...ends(container),
    findings,
  };
}

/** Containers beside the daemons and Iguanas that are not as they should be. */
function otherStatuses(stack: Placed, { containers }: Observation): OtherStatus[] {
  const own = new Set(
    everyNode(stack).flatMap((node) => [
      iguanaName(node.name),
      ...node.chains.map(({ chain }) => daemonName(node.name, chain.symbol)),
    ]),
  );
  return containers
    .filter(({ workload, role }) => role !== undefined || !own.has(workload))
    .flatMap((container) => {
      const { host, name, workload } = container;
      const findings = containerFindings(container);
      if (findings.length === 0) return [];
      const node =
        everyNode(stack).find(({ name: owner }) => workload.startsWith(`${owner}-`))?.name ?? workload;
      return [{ node, host, name, level: worst(findings), findings }];
    });
}

function ends(container: SeenContainer | undefined): Pick<ChainStatus, "restarts" | "lastExit"> {
  if (container === undefined) return {};
  const { restarts, lastExit } = container;
  if (lastExit === undefined) return { restarts };
  const { code, at, outOfMemory } = lastExit;
  return { restarts, lastExit: { code, at: at?.toISOString(), outOfMemory } };
}
