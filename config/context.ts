import type { ChainList } from "../chains/list/chainList";
import type { Position, Problem } from "../input/problem";
import type { Path } from "../input/source";
import type { NetworkPlan } from "../notary/networkPlan";
import type { Notary } from "../notary/types";
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
  readonly notaries: readonly Notary[];
  /** The plan of each notary's network, in the same order. */
  readonly networks: readonly NetworkPlan[];
}

/** Finds all mistakes of one kind. */
export type Rule = (input: RuleInput) => Problem[];

/** Reports a problem with one notary. `inner` is the path from the notary's entry to the value. */
export type Report = (message: string, ...inner: Path) => void;
