import { workloadName } from "../components/NotaryNode";
import type { Stack } from "../config/load";
import { CLUSTER, segmentOf } from "../config/rules/hosts";
import { deployedChains } from "../notary/placement";
import { type Claim, claimName } from "../platforms/kubernetes/claims";

/** A daemon that the config places on another host than it runs on. */
export interface Move {
  readonly notary: string;
  readonly symbol: string;
  readonly from: string;
  readonly to: string;
}

type Placed = Pick<Stack, "hosts" | "notaries">;

/**
 * What differs between the `notaries` output of the stack's last run and what its config says now. Within the cluster
 * nothing moves: a chain's claim is the same on every node.
 */
export function findMoves(stack: Placed, before: unknown): Move[] {
  const isClaimed = claimedIn(stack);
  return stack.notaries.flatMap(({ name, ...args }) => {
    const hosts = hostsBefore(before, name);
    return deployedChains(args).flatMap(({ chain: { symbol }, host: to }) => {
      const from = hosts[symbol];
      if (isClaimed(from) && isClaimed(to)) return [];
      return typeof from === "string" && from !== to ? [{ notary: name, symbol, from, to }] : [];
    });
  });
}

/** Chains of a notary that start with an empty volume in the cluster, though there are, or were, others of theirs. */
export interface EmptyVolumes {
  readonly notary: string;
  readonly symbols: readonly string[];
  /** Whether the stack ran them before, so that they lose what they had. */
  readonly ranBefore: boolean;
  /** Other namespaces of the cluster that have claims of these chains' names. */
  readonly elsewhere: readonly string[];
}

/**
 * Chains that have no claim in the stack's namespace, of those that ran on one of its hosts before, and of those whose claim
 * is in another namespace. A chain that is new has none anywhere; of one that moves, findMoves tells.
 */
export function findEmptyVolumes(
  stack: Placed,
  before: unknown,
  namespace: string,
  claims: readonly Claim[],
): EmptyVolumes[] {
  const isClaimed = claimedIn(stack);
  return stack.notaries.flatMap(({ name, ...args }) => {
    const hosts = hostsBefore(before, name);
    const empty = deployedChains(args).flatMap(({ chain: { symbol }, host }) => {
      const from = hosts[symbol];
      if (!isClaimed(host) || (from !== undefined && from !== host && !isClaimed(from))) return [];
      const claim = claimName(workloadName(name, symbol));
      const places = claims.filter((each) => each.name === claim).map((each) => each.namespace);
      if (places.includes(namespace)) return [];
      return from === undefined && places.length === 0
        ? []
        : [{ symbol, ranBefore: from !== undefined, places }];
    });
    return [true, false].flatMap((ranBefore): EmptyVolumes[] => {
      const these = empty.filter((each) => each.ranBefore === ranBefore);
      if (these.length === 0) return [];
      const elsewhere = [...new Set(these.flatMap(({ places }) => places))].sort();
      return [{ notary: name, symbols: these.map(({ symbol }) => symbol), ranBefore, elsewhere }];
    });
  });
}

/** Whether a host's volumes are claims of the cluster. */
function claimedIn(stack: Placed): (host: unknown) => boolean {
  const segment = segmentOf(stack);
  return (host) => typeof host === "string" && segment(host) === CLUSTER;
}

function hostsBefore(before: unknown, notary: string): Record<string, unknown> {
  return Object(Object(Object(before)[notary]).hosts);
}
