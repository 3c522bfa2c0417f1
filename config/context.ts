import type { Registry } from "../chains/list/registry";
import type { Position, Problem } from "../input/problem";
import type { Path } from "../input/source";
import type { NetworkPlan } from "../notary/networkPlan";
import type { Notary } from "../notary/types";
import type { Shares } from "../platforms/Shares";
import type { StackSettings } from "./schema/stack";
import type { Secrets } from "./secrets";

/** What a stack's config says, for what resolves it. */
export interface Context {
  readonly settings: StackSettings;
  readonly shares: Shares;
  readonly registry: Registry;
  readonly secrets: Secrets;
  /** The text of a file of the project; undefined where it cannot be read. */
  readFile(file: string): string | undefined;
  /** Where a value of the stack's config stands, by its path from `config`. */
  at(path: Path): Position;
}

/** What the rules look at: the config, and the notaries that it resolves to. */
export interface RuleInput extends Context {
  /** In the config's order. */
  readonly notaries: readonly Notary[];
  /** Of each notary, in the same order. */
  readonly networks: readonly NetworkPlan[];
}

/** Tells everything of one kind that cannot be so. */
export type Rule = (input: RuleInput) => Problem[];

/** Tells a problem with one notary; `inner` leads to it from the notary's own entry. */
export type Report = (message: string, ...inner: Path) => void;
