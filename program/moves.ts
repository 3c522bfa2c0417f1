import type { Stack } from "../config/stack";
import { daemonName } from "../notary/names";
import { deployedChains } from "../notary/placement";
import type { Volumes } from "../platforms/run";

/** A daemon that the config places on another host than it runs on. */
export interface Move {
  readonly notary: string;
  readonly symbol: string;
  readonly from: string;
  readonly to: string;
}

type Placed = Pick<Stack, "shares" | "notaries">;

/**
 * The daemons that the config places elsewhere than the stack's last run did. A change of host within a segment is no
 * move, because a chain has the same volume on all hosts of a segment.
 * @param before the output `notaries` of the last run
 */
export function findMoves(stack: Placed, before: unknown): Move[] {
  return stack.notaries.flatMap(({ name, ...args }) => {
    const hosts = hostsBefore(before, name);
    return deployedChains(args).flatMap(({ chain: { symbol }, host: to }) => {
      const from = hosts[symbol];
      if (typeof from !== "string" || isSamePlace(stack, from, to)) return [];
      return [{ notary: name, symbol, from, to }];
    });
  });
}

/** Chains of a notary that start with an empty volume, although they have, or had, another one with data. */
export interface EmptyVolumes {
  readonly notary: string;
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
  before: unknown,
  onHosts: readonly string[],
  volumes: Volumes,
): EmptyVolumes[] {
  return stack.notaries.flatMap(({ name, ...args }) => {
    const hosts = hostsBefore(before, name);
    const empty = deployedChains(args).flatMap(({ chain: { symbol }, host }) => {
      const from = hosts[symbol];
      const isMove = typeof from === "string" && !isSamePlace(stack, from, host);
      if (!onHosts.includes(host) || isMove) return [];
      const workload = daemonName(name, symbol);
      if (volumes.isHere(workload)) return [];
      const places = volumes.elsewhere(workload);
      if (from === undefined && places.length === 0) return [];
      return [{ symbol, ranBefore: from !== undefined, places }];
    });
    return [true, false].flatMap((ranBefore): EmptyVolumes[] => {
      const these = empty.filter((each) => each.ranBefore === ranBefore);
      if (these.length === 0) return [];
      const elsewhere = [...new Set(these.flatMap(({ places }) => places))].sort();
      return [{ notary: name, symbols: these.map(({ symbol }) => symbol), ranBefore, elsewhere }];
    });
  });
}

function isSamePlace({ shares }: Placed, from: string, to: string): boolean {
  return from === to || shares.segmentOf(from) === shares.segmentOf(to);
}

function hostsBefore(before: unknown, notary: string): Record<string, unknown> {
  return Object(Object(Object(before)[notary]).hosts);
}
