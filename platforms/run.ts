import type { HostNeeds } from "../notary/provisions";
import type { PlannedMemory } from "./hostMemory";
import type { Platform } from "./platform";
import type { DownloadPlaces } from "./provision";
import type { RollOut } from "./RollOut";
import type { RegistryLogin } from "./registryLogin";

/** What the stack's program tells a platform about a run. */
export interface RunArgs {
  /** The name that the stack was first brought up under. Labels and names go by it. */
  readonly stackName: string;
  /** Whether a plan may delete volumes. */
  readonly development: boolean;
  readonly proxyImage: string;
  /** Image with Node 18 or newer. */
  readonly nodeImage: string;
  readonly registries: readonly RegistryLogin[];
  /** Seconds that a replaced workload may need until it takes calls. */
  readonly rollOutSeconds: number;
  /** The images that a host needs, each with what it is for. */
  images(host: string): ReadonlyMap<string, readonly string[]>;
  /** What the daemons of a host need before they start. */
  needs(host: string): HostNeeds;
  /** The memory of what is placed on a host. */
  memory(host: string): PlannedMemory;
  /** Where the stack's downloads are looked for first. */
  readonly downloadPlaces: DownloadPlaces;
}

/** What an `up` has found out before anything is registered. */
export interface Preparation {
  /** Hosts that do not answer. They are reported already, and nothing is registered for them. */
  readonly skipped: ReadonlySet<string>;
  /**
   * A message for each image, and for each thing that a daemon needs, that a host cannot have. Nothing may be registered
   * if there is one.
   */
  readonly missing: readonly string[];
}

/** Says where volumes are, to warn of workloads that would start with an empty one. */
export interface Volumes {
  /** The place of the stack's own volumes, for people. */
  readonly place: string;
  /** Whether the workload's volume is among the stack's own. */
  isHere(workload: string): boolean;
  /** Other places that have a volume with the name of this workload's. */
  elsewhere(workload: string): readonly string[];
  /**
   * Says, for people, where the data of workloads is that start with empty volumes, and what to do.
   * @param places other places that have volumes of their names
   * @param ranBefore whether they ran in this stack before
   * @param before the outputs of the stack's last run
   */
  advice(places: readonly string[], ranBefore: boolean, before: Readonly<Record<string, unknown>>): string;
}

/** One run of the stack's program on one platform. It is a preview or an `up`. */
export interface PlatformRun {
  /** Reports what keeps the stack from being changed at all. It is called first, in a preview as well. */
  obstacles(): Promise<readonly string[]>;
  /** The volumes that are there already; undefined if that cannot be known. */
  volumes(): Promise<Volumes | undefined>;
  /** Looks at what runs, and pulls images. Only an `up` does so. */
  prepare(): Promise<Preparation>;
  /** Registers what all networks share. `rollOut` is absent in a preview. */
  platform(rollOut: RollOut | undefined): Platform;
  /**
   * Waits until everything that was registered has started, and reports what does not. Only an `up` does so.
   * @param told workloads whose failure was reported already
   * @returns whether everything started
   */
  untilStarted(told: readonly string[]): Promise<boolean>;
  /** Outputs of the stack that later runs and commands read. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Closes the connections of the run. */
  close(): void;
}

export type OpenPlatform = (args: RunArgs) => Promise<PlatformRun>;
