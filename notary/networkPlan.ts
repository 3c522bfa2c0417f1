import { BACKUP_ROLE } from "./backup";
import {
  AGENT_MEMORY_MIB,
  BACKUP_MEMORY_MIB,
  FILTER_MEMORY_MIB,
  type Memory,
  memoryOf,
  sumOf,
  WITNESS_MEMORY_MIB,
} from "./memory";
import { AGENT_ROLE, agentName, clientsName, daemonName, iguanaName, ownerText, witnessName } from "./names";
import {
  deployedChains,
  hasAgent,
  hasClients,
  hostsCalledByWorkloads,
  hostsCalledFromElsewhere,
  hostsOf,
  witnessesOf,
} from "./placement";
import type { Node, Notary } from "./types";

/** A port that a workload opens to the world. */
export interface PlannedPort {
  /** The port's number at the host's address. */
  readonly port: number;
  /** For people: `p2p of BEER of notary east`. */
  readonly what: string;
  /** How a person gets another port: `move it with portOffset`. */
  readonly remedy: string;
}

/** What is known of a workload before anything is deployed. */
export interface PlannedWorkload {
  readonly name: string;
  /** For people: `chain BEER of notary east`. */
  readonly what: string;
  readonly host: string;
  /** Roles of the containers beside the one that the workload exists for. */
  readonly sidecars: readonly string[];
  /** The key under which the config states the size of its volume; absent if it has no volume of its own. */
  readonly volume?: string | undefined;
  readonly published: readonly PlannedPort[];
  /** Memory of its own containers, without those that a platform adds. */
  readonly memory: Memory;
}

/** The workloads of one node, which share a network, as they are known before anything is deployed. */
export interface NetworkPlan {
  /** The node's name. */
  readonly name: string;
  /** For people: `notary east`, `node explorer`. */
  readonly owner: string;
  readonly workloads: readonly PlannedWorkload[];
  /** Every host that has one of them, sorted. */
  readonly hosts: readonly string[];
  /** The port of each host on which calls from elsewhere arrive. */
  readonly link: Pick<PlannedPort, "port" | "remedy">;
  /** Hosts with a workload that workloads of another segment call. */
  readonly calledByWorkloads: readonly string[];
  /** Hosts with a workload that is called from another segment or from an operator's machine, sorted. */
  readonly calledFromElsewhere: readonly string[];
}

const OFFSET = "move it with portOffset";

/**
 * Plans the workloads of a node or notary.
 * @param segmentOf names the segment of a host; hosts of one segment have their workloads on one network
 */
export function networkPlan(node: Node | Notary, segmentOf: (host: string) => string): NetworkPlan {
  const owner = ownerText(node);
  return {
    name: node.name,
    owner,
    workloads: [
      ...("iguana" in node ? notarysOwn(node, owner) : []),
      ...callers(node, owner),
      ...daemons(node, owner),
    ],
    hosts: hostsOf(node),
    link: { port: node.linkPort, remedy: OFFSET },
    calledByWorkloads: hostsCalledByWorkloads(node, segmentOf),
    calledFromElsewhere: hostsCalledFromElsewhere(node, segmentOf),
  };
}

function daemons(node: Node, owner: string): PlannedWorkload[] {
  return deployedChains(node).map(({ chain, daemon, host, publishedPort }) => {
    const { symbol, p2pPort } = chain;
    return {
      name: daemonName(node.name, symbol),
      what: `chain ${symbol} of ${owner}`,
      host,
      sidecars: daemon.backup === undefined ? [] : [BACKUP_ROLE],
      volume: symbol,
      published: [{ port: publishedPort ?? p2pPort, what: `p2p of ${symbol} of ${owner}`, remedy: OFFSET }],
      memory: sumOf([
        memoryOf(daemon.memoryMiB, daemon.requests?.memoryMiB),
        ...(daemon.backup === undefined
          ? []
          : [memoryOf(BACKUP_MEMORY_MIB.limit, BACKUP_MEMORY_MIB.request)]),
      ]),
    };
  });
}

/** The workloads that call every chain: the node's own agent, and its clients' proxy. */
function callers(node: Node, owner: string): PlannedWorkload[] {
  const { name, host } = node;
  const caller = { host, sidecars: [], published: [] };
  return [
    ...(hasAgent(node)
      ? [
          {
            ...caller,
            name: agentName(name),
            what: `the agent of ${owner}`,
            memory: memoryOf(AGENT_MEMORY_MIB),
          },
        ]
      : []),
    ...(hasClients(node)
      ? [
          {
            ...caller,
            name: clientsName(name),
            what: `clients of ${owner}`,
            memory: memoryOf(FILTER_MEMORY_MIB),
          },
        ]
      : []),
  ];
}

/** The workloads that a notary has beside the daemons. */
function notarysOwn(notary: Notary, owner: string): PlannedWorkload[] {
  const { name, host, iguana } = notary;
  const witnesses = witnessesOf(notary).map((host) => ({
    name: witnessName(name, host),
    what: `the witness of ${owner} on ${host}`,
    host,
    sidecars: [],
    published: [],
    memory: memoryOf(WITNESS_MEMORY_MIB),
  }));
  const bus = { port: iguana.busPort, what: `the dPoW bus of ${owner}`, remedy: "set iguana.busPort" };
  return [
    ...witnesses,
    {
      name: iguanaName(name),
      what: `Iguana of ${owner}`,
      host,
      sidecars: [AGENT_ROLE],
      published: [bus],
      memory: sumOf([memoryOf(iguana.memoryMiB, iguana.requests?.memoryMiB), memoryOf(AGENT_MEMORY_MIB)]),
    },
  ];
}

/** Describes, for people, the calls that arrive at a host's link port. */
export function linksTo(host: string, { owner }: NetworkPlan): string {
  return `links from elsewhere to ${host} of ${owner}`;
}
