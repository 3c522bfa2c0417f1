import { everyNode, type Stack } from "../config/stack";
import { daemonName, ownerText } from "../notary/names";
import { deployedChains } from "../notary/placement";
import type { Volumes } from "../platforms/run";
import type { LastRun } from "./lastRun";

/** A daemon that the config places on another host than it runs on. */
export interface Move {
  /** For people: `notary east`. */
  readonly owner: string;
  readonly symbol: string;
  readonly from: string;
  readonly to: string;
}

type Placed = Pick<Stack, "shares" | "notaries" | "nodes">;

/**
 * The daemons that the config places elsewhere than the stack's last run did. A change of host within a segment is no
 * move, because a chain has the same volume on all hosts of a segment.
 * @param before the outputs of the last run
 */
export function findMoves(stack: Placed, before: LastRun["outputs"]): Move[] {
  return everyNode(stack).flatMap((node) => {
    const hosts = hostsBefore(before, node.name);
    return deployedChains(node).flatMap(({ chain: { symbol }, host: to }) => {
      const from = hosts[symbol];
      if (typeof from !== "string" || isSamePlace(stack, from, to)) return [];
      return [{ owner: ownerText(node), symbol, from, to }];
    });
  });
}

/** Chains of a node that start with an empty volume, although they have, or had, another one with data. */
export interface EmptyVolumes {
  /** For people: `notary east`. */
  readonly owner: string;
  readonly symbols: readonly string[];
  /** Whether the stack ran them before, so that they lose the data that they had. */
  readonly ranBefore: boolean;
  /** Other places that have volumes with the names of these chains' volumes. */
  readonly elsewhere: readonly string[];
}

/**
 * The chains on these hosts whose volume is not among `volumes`, although they ran in the same segment before or have a
 * volume elsewhere. A new chain has no volume anywhere, and is not meant. findMoves finds the chains that move.
 */
export function findEmptyVolumes(
  stack: Placed,
  before: LastRun["outputs"],
  onHosts: readonly string[],
  volumes: Volumes,
): EmptyVolumes[] {
  return everyNode(stack).flatMap((node) => {
    const hosts = hostsBefore(before, node.name);
    const empty = deployedChains(node).flatMap(({ chain: { symbol }, host }) => {
      const from = hosts[symbol];
      const isMove = typeof from === "string" && !isSamePlace(stack, from, host);
      if (!onHosts.includes(host) || isMove) return [];
      const workload = daemonName(node.name, symbol);
      if (volumes.isHere(workload)) return [];
      const places = volumes.elsewhere(workload);
      if (from === undefined && places.length === 0) return [];
      return [{ symbol, ranBefore: from !== undefined, places }];
    });
    return [true, false].flatMap((ranBefore): EmptyVolumes[] => {
      const these = empty.filter((each) => each.ranBefore === ranBefore);
      if (these.length === 0) return [];
      const elsewhere = [...new Set(these.flatMap(({ places }) => places))].sort();
      return [{ owner: ownerText(node), symbols: these.map(({ symbol }) => symbol), ranBefore, elsewhere }];
    });
  });
}

function isSamePlace({ shares }: Placed, from: string, to: string): boolean {
  return from === to || shares.segmentOf(from) === shares.segmentOf(to);
}

/** The hosts of a node's daemons, whether it was a notary or a node without Iguana then. */
function hostsBefore({ notaries, nodes }: LastRun["outputs"], name: string): Record<string, unknown> {
  const outputs: unknown = Object(notaries)[name] ?? Object(nodes)[name];
  return Object(Object(outputs).hosts);
}
