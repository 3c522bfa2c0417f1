import type { Platform } from "./platform";
import type { RollOut } from "./RollOut";
import type { RegistryLogin } from "./registryLogin";

/** What a run of the stack's program tells a platform. */
export interface RunArgs {
  /** The name that the stack was first brought up under; labels and names go by it. */
  readonly stackName: string;
  /** Whether volumes may be deleted by a plan. */
  readonly development: boolean;
  readonly proxyImage: string;
  /** Image with Node 18 or newer. */
  readonly nodeImage: string;
  readonly registries: readonly RegistryLogin[];
  /** Seconds that a workload which was replaced may take until it takes calls. */
  readonly rollOutSeconds: number;
  /** The images that a host needs, each with what it is for. */
  images(host: string): ReadonlyMap<string, readonly string[]>;
}

/** What an `up` has found out before anything is registered. */
export interface Preparation {
  /** Hosts that do not answer. They are told already, and left alone. */
  readonly skipped: ReadonlySet<string>;
  /** Why an image cannot be had, by image and host. Nothing may be registered then. */
  readonly missingImages: readonly string[];
}

/** Where the volumes of workloads are, for workloads that may have lost theirs. */
export interface Volumes {
  /** For people: where the stack's own are. */
  readonly place: string;
  isHere(workload: string): boolean;
  /** Other places that have a volume of this workload's name. */
  elsewhere(workload: string): readonly string[];
  /**
   * Where the data of workloads is that start with empty volumes, and what to do, for people.
   * @param places others that have a volume of theirs
   * @param ranBefore whether they ran in this stack before
   * @param before the stack's outputs of its last run
   */
  advice(places: readonly string[], ranBefore: boolean, before: Readonly<Record<string, unknown>>): string;
}

/** One run of the stack's program on one platform: preview or up. */
export interface PlatformRun {
  /** What keeps the stack from being changed at all, previews included. It is looked at before anything else. */
  obstacles(): Promise<readonly string[]>;
  /** The volumes that outlive a move of the stack; undefined where nobody can tell. */
  volumes(): Promise<Volumes | undefined>;
  /** Looks at what runs, and sees to images. An `up` alone does so. */
  prepare(): Promise<Preparation>;
  /** Registers what is there once for all networks. `rollOut` is absent in a preview. */
  platform(rollOut: RollOut | undefined): Platform;
  /**
   * Waits until what was registered has started, and tells what does not; an `up` alone does so.
   * @param told workloads whose failure was told already
   * @returns whether everything started
   */
  untilStarted(told: readonly string[]): Promise<boolean>;
  /** Outputs of the stack that later runs and commands read. */
  readonly outputs: Readonly<Record<string, string>>;
  close(): void;
}

export type OpenPlatform = (args: RunArgs) => Promise<PlatformRun>;
