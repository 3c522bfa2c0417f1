import { daemonName } from "../../notary/names";
import type { NetworkPlan } from "../../notary/networkPlan";
import type { Target } from "../running/targets";

/** A node of a drill: the daemons of one notary or node that are on one host. It has no key, and no Iguana. */
export interface DrilledNode {
  readonly name: string;
  /** The notary or node whose backups it is given. */
  readonly node: string;
  readonly host: string;
  /** How much higher its p2p ports are than usual, so that nobody has them. */
  readonly portOffset: number;
  readonly chains: readonly DrilledChain[];
}

export interface DrilledChain {
  readonly symbol: string;
  /** How people name the chain of the stack. */
  readonly title: string;
  /** Name of the drill's own workload. */
  readonly workload: string;
}

/** A name of a node has at most 32 characters, and this leaves some for a number. */
const NAME_CHARACTERS = 28;
/** From here on Linux may give a port to any connection (ip_local_port_range in the kernel's ip-sysctl documentation). */
const FIRST_EPHEMERAL = 32_768;
const LAST_PORT = 65_535;
const FIRST_OFFSET = 1000;

/**
 * Plans the nodes of a drill: one for each host of a notary or node. So no link of a drill leads from one host to another,
 * where a firewall may let only the stack's own links pass.
 * @param networks all workloads of the stack, whose ports are taken
 * @param host where all of them are; each where its chain's daemon is if absent
 */
export function planDrill(
  targets: readonly Target[],
  networks: readonly NetworkPlan[],
  host?: string,
): DrilledNode[] {
  const taken = new Set(
    networks.flatMap(({ workloads, link }) => [
      link.port,
      ...workloads.flatMap(({ published }) => published.map(({ port }) => port)),
    ]),
  );
  const groups = new Map<string, Target[]>();
  for (const target of targets) {
    const key = `${target.part.node} ${host ?? target.part.host}`;
    groups.set(key, [...(groups.get(key) ?? []), target]);
  }
  const ofNode = new Map<string, number>();
  return [...groups.values()].flatMap((group): DrilledNode[] => {
    const [first] = group;
    if (first === undefined) return [];
    const { node } = first.part;
    const number = (ofNode.get(node) ?? 0) + 1;
    ofNode.set(node, number);
    const base = `drill-${node}`.slice(0, NAME_CHARACTERS).replace(/-$/, "");
    const name = number === 1 ? base : `${base}-${number}`;
    const ports = group.flatMap(({ part }) => part.chain?.chain.p2pPort ?? []);
    const portOffset = freeOffset(ports, taken);
    for (const port of ports) taken.add(port + portOffset);
    return [
      {
        name,
        node,
        host: host ?? first.part.host,
        portOffset,
        chains: group.map(({ part, title }) => {
          return { symbol: part.label, title, workload: daemonName(name, part.label) };
        }),
      },
    ];
  });
}

/** The smallest offset with which all ports are free, and no port of a connection if that can be had. */
function freeOffset(ports: readonly number[], taken: ReadonlySet<number>): number {
  const highest = Math.max(...ports);
  for (const end of [FIRST_EPHEMERAL - 1, LAST_PORT]) {
    for (const first of [FIRST_OFFSET, 1]) {
      for (let offset = first; highest + offset <= end; offset++) {
        if (ports.every((port) => !taken.has(port + offset))) return offset;
      }
    }
  }
  throw new Error(
    `the p2p ports of the drill, up to ${highest}, cannot be moved to free ones; name fewer chains`,
  );
}
