import type { ChainList } from "../chains/list/chainList";
import type { Position, Problem } from "../input/problem";
import type { Path } from "../input/source";
import type { NetworkPlan } from "../notary/networkPlan";
import type { Node, Notary } from "../notary/types";
import type { Shares } from "../platforms/Shares";
import type { DpowNetworks } from "./dpowNetworks";
import type { StackSettings } from "./schema/stack";
import type { Secrets } from "./secrets";

/** A stack's config, with everything that is needed to resolve it. */
export interface Context {
  readonly settings: StackSettings;
  readonly shares: Shares;
  readonly chainList: ChainList;
  /** The networks of `dokomodo:networks`; none if no notary names one. */
  readonly dpowNetworks: DpowNetworks;
  readonly secrets: Secrets;
  /** The text of a file of the project; undefined if it cannot be read. */
  readFile(file: string): string | undefined;
  /** The position of a value of the stack's config. The path starts at `config`. */
  at(path: Path): Position;
}

/** What the rules look at: the config, and what it resolves to. */
export interface RuleInput extends Context {
  /** The notaries, in the config's order. */
  readonly notaries: readonly StatedNode<Notary>[];
  /** The notaries, and then the nodes without Iguana. */
  readonly nodes: readonly StatedNode<Node | Notary>[];
}

/** A node, with where the config states it. */
export interface StatedNode<T extends Node> {
  readonly node: T;
  /** The path of its entry, such as `dokomodo:notaries`, 0. */
  readonly path: Path;
  readonly network: NetworkPlan;
}

/** Finds all mistakes of one kind. */
export type Rule = (input: RuleInput) => Problem[];

/** Reports a problem with one notary or node. `inner` is the path from its entry to the value. */
export type Report = (message: string, ...inner: Path) => void;
