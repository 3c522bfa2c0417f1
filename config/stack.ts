import { type NetworkPlan, networkPlan } from "../notary/networkPlan";
import type { Node, Notary } from "../notary/types";
import type { StatedHost } from "../platforms/host";
import type { RegistryLogin } from "../platforms/registryLogin";
import type { Shares } from "../platforms/Shares";
import type { StackSettings } from "./schema/stack";

/** A stack as the program deploys it, with every name resolved and every rule checked. */
export interface Stack {
  readonly development: boolean;
  readonly hosts: readonly StatedHost[];
  /** Each platform's share of the stack. */
  readonly shares: Shares;
  readonly images: StackSettings["images"];
  /** Where what daemons need is looked for first. */
  readonly downloads: StackSettings["downloads"];
  /** Keys of the config that an earlier release needed and this one ignores. */
  readonly unused: readonly string[];
  readonly rollOut: StackSettings["rollOut"];
  /** What the config says of backups; absent if it states none. */
  readonly backup?: StackSettings["backup"] | undefined;
  /** Files of the project that the config names: the list of chains, and the dPoW networks if a notary names one. */
  readonly files: readonly string[];
  /** Logins for registries that do not hand out their images to everybody. */
  readonly registries: readonly RegistryLogin[];
  readonly notaries: readonly Notary[];
  /** The nodes without Iguana. */
  readonly nodes: readonly Node[];
}

/** The notaries and nodes of a stack. */
export function everyNode({ notaries, nodes }: Pick<Stack, "notaries" | "nodes">): (Node | Notary)[] {
  return [...notaries, ...nodes];
}

/** The workloads of each notary and node of a stack, as they are known before anything is deployed. */
export function networksOf(stack: Pick<Stack, "notaries" | "nodes" | "shares">): NetworkPlan[] {
  return everyNode(stack).map((node) => networkPlan(node, (host) => stack.shares.segmentOf(host)));
}
