import type { Pass } from "../runtime/transfer/plan";
import type { WorkloadPlace } from "./operations";

/**
 * The volumes of a stack's workloads, and their copies from host to host. It loads no Pulumi. Calls reject with a message
 * for the operator that says what to do.
 */
export interface Volumes {
  /** The volume of a workload's first container. Undefined if the host has none. */
  find(place: WorkloadPlace): Promise<FoundVolume | undefined>;
  /**
   * Copies a volume from one host straight to another, without this machine between them. It may be broken off at any
   * moment: the next copy goes on, and until a last pass is finished no daemon starts on the new volume.
   */
  copy(copy: VolumeCopy, options: CopyOptions): Promise<CopyResult>;
  /** Removes a volume that nothing uses. */
  remove(place: WorkloadPlace): Promise<void>;
  /** Ends all connections. */
  close(): void;
}

/** Loads the part of a platform that copies volumes. It opens no connection before the first call. */
export type OpenVolumes = (args: VolumesArgs) => Promise<Volumes>;

export interface VolumesArgs {
  /** Image with Node 18 or newer. */
  readonly image: string;
}

export interface FoundVolume {
  /** For people: `the volume east-beer-data of host alpha`. */
  readonly called: string;
  /** How a person removes it: `docker volume rm east-beer-data on host alpha`. */
  readonly removedBy: string;
  /** Name of its resource in the stack's state. */
  readonly resource: string;
}

export interface VolumeCopy {
  /** Name of the workload, such as `east-beer`. */
  readonly workload: string;
  /** Names of the hosts. */
  readonly from: string;
  readonly to: string;
  /** The daemon's user, `uid` or `uid:gid`. All of the volume is that user's. */
  readonly user: string;
  /** Where the daemon finds the volume, such as `/home/komodo/.komodo`. */
  readonly mountPath: string;
  /** A port of the new host that is free. It is open for a moment, and only the old host gets in. */
  readonly port: number;
  readonly pass: Pass;
}

export interface CopyOptions {
  /** @param total undefined while it is not known */
  onProgress?(what: string, done: number, total: number | undefined): void;
  /** If it is aborted, both sides are ended, and the copy rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
}

export interface CopyResult {
  readonly seconds: number;
  /** What was sent, for people: `Sent 3 of 40 files, 1234 of 56789 bytes.` */
  readonly said: string;
}
