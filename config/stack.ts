import type { Notary } from "../notary/types";
import type { StatedHost } from "../platforms/host";
import type { RegistryLogin } from "../platforms/registryLogin";
import type { Shares } from "../platforms/Shares";
import type { StackSettings } from "./schema/stack";

/** A stack as the program deploys it: everything resolved, nothing left to be wrong. */
export interface Stack {
  readonly development: boolean;
  readonly hosts: readonly StatedHost[];
  /** What each platform has of it. */
  readonly shares: Shares;
  readonly images: StackSettings["images"];
  /** Keys of the config that an earlier release needed and this one does not look at. */
  readonly unused: readonly string[];
  readonly rollOut: StackSettings["rollOut"];
  /** How images are pulled from registries that need a login. */
  readonly registries: readonly RegistryLogin[];
  readonly notaries: readonly Notary[];
}
