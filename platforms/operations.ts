import type { Readable, Writable } from "node:stream";
import type { NetworkPlan } from "../notary/networkPlan";

/**
 * What runs of a stack on one platform, and what can be done with it while it runs. It loads no Pulumi, and nothing that
 * it does is unknown to the next `pulumi up`.
 *
 * Calls reject with a message for the operator that names the host or cluster and says what to do.
 */
export interface Operations {
  /**
   * Looks at all hosts at the same time. It never rejects because of one host: a host that does not answer is among the
   * hosts with its problem, and nothing on it is among the containers.
   */
  look(): Promise<Sight>;
  /**
   * Follows or reads the log of a container, oldest line first.
   * @param onLine gets each line without its end
   */
  logs(container: ContainerAddress, options: LogOptions, onLine: (line: LogLine) => void): Promise<void>;
  /**
   * Runs a command in a container. Resolves to its exit code when all its output has been written; the streams are not
   * ended. If `signal` is aborted, it rejects with the signal's reason, and the command may go on.
   */
  exec(container: ContainerAddress, command: readonly string[], streams: ExecStreams): Promise<number>;
  /**
   * Stops a workload cleanly, with the grace that it was deployed with. It stays stopped over a reboot, until `start`.
   * It resolves when nothing of it runs any more, and does nothing if that is so already. If `signal` is aborted, it
   * rejects with the signal's reason, and what is ending goes on to end.
   */
  stop(workload: WorkloadPlace, options: StopOptions): Promise<StopResult>;
  /**
   * Starts what was stopped. It resolves when its containers run, and does nothing if they do. It does not wait until a
   * daemon takes calls.
   */
  start(workload: WorkloadPlace): Promise<void>;
  /**
   * Ends the first container of a workload cleanly, and starts it again. The platform does both, so it is also started
   * again if `signal` is aborted, or if this program ends meanwhile. What does not run is started.
   */
  restart(workload: WorkloadPlace, options: StopOptions): Promise<StopResult>;
  /** Ends all connections. */
  close(): void;
}

export interface OperationsArgs {
  /** The stack's current name. It may have been another one when the stack was first brought up. */
  readonly stackName: string;
  /** The networks that have a workload on a host of the platform. */
  readonly networks: readonly NetworkPlan[];
  /**
   * Finds out the name under which the stack was first brought up. It takes seconds, and needs Pulumi's login. It is
   * called at most once, and only if nothing is found under the stack's current name, or if something that has a planned
   * name says that it belongs to a stack of another name.
   */
  firstName(): Promise<string | undefined>;
}

/** Loads the part of a platform that works on what runs. It opens no connection before the first call. */
export type OpenOperations = (args: OperationsArgs) => Promise<Operations>;

export interface WorkloadPlace {
  readonly host: string;
  /** Name of the workload, such as `east-beer`. */
  readonly workload: string;
}

/**
 * A container. What a network has beside its workloads, such as a gateway, is a workload of its own name here.
 */
export interface ContainerAddress extends WorkloadPlace {
  /** The container's role, such as `proxy`. The one that the workload exists for if absent. */
  readonly role?: string | undefined;
}

/** What a look at a platform shows. */
export interface Sight {
  readonly hosts: readonly SeenHost[];
  /** Everything that is there of the networks, whether it runs or not. What was never made, or is gone, is absent. */
  readonly containers: readonly SeenContainer[];
}

export interface SeenHost {
  readonly name: string;
  /** Why nothing can be seen of it, as a whole message with what to do. Absent if it answers. */
  readonly problem?: string | undefined;
  /** What the platform is there: `Docker 28.5.2`, `Kubernetes v1.34.1`. */
  readonly version?: string | undefined;
  /** Memory of the machine; of all its nodes together if a host is several. */
  readonly memory?: { readonly totalBytes: number; readonly availableBytes?: number | undefined } | undefined;
  /** The disk that has the volumes. Absent if a host has several disks. */
  readonly disk?: { readonly totalBytes: number; readonly freeBytes: number } | undefined;
  /** Seconds by which its clock is ahead of this machine's. */
  readonly clockAheadSeconds?: number | undefined;
  readonly cores?: number | undefined;
  /** Mean number of processes that wanted to run in the last minute. */
  readonly load?: number | undefined;
  /** What the platform itself complains about, in its words: `DiskPressure`. */
  readonly complaints?: readonly string[] | undefined;
}

export interface SeenContainer extends ContainerAddress {
  /** Name in the platform's own commands: `east-beer-proxy`, `pod east-beer-0, container proxy`. */
  readonly name: string;
  /**
   * `starting`: the platform is about to start it, for the first time or after it ended. `stopped`: it stays down until
   * somebody starts it.
   */
  readonly state: "running" | "starting" | "stopped";
  /** Why it does not run, in the platform's words. */
  readonly why?: string | undefined;
  readonly startedAt?: Date | undefined;
  /** How often the platform has started it again since it was made. */
  readonly restarts: number;
  /** How it ended last; absent if it never did, or if the platform has forgotten it, as Docker has of what runs again. */
  readonly lastExit?: SeenExit | undefined;
  /** The image as the stack's config names it. */
  readonly image: string;
  /** Limit of memory. */
  readonly memoryBytes?: number | undefined;
}

export interface SeenExit {
  readonly code: number;
  readonly at?: Date | undefined;
  /** Whether the kernel killed it because it reached its limit of memory. */
  readonly outOfMemory: boolean;
}

export interface LogOptions {
  /** Whether to wait for further lines, also over restarts, until `signal` is aborted or the container is gone. */
  readonly follow: boolean;
  /** Lines of that time and later. */
  readonly since?: Date | undefined;
  /** At most so many of the last lines of what was written before. */
  readonly tail?: number | undefined;
  /** Ends the reading, without an error. */
  readonly signal?: AbortSignal | undefined;
}

export interface LogLine {
  readonly text: string;
  readonly at?: Date | undefined;
}

export interface ExecStreams {
  /** Nothing is sent if absent. */
  readonly input?: Readable | undefined;
  readonly output: Writable;
  readonly errors: Writable;
  /** Whether the command gets a terminal, of the size of `output` if that is one. The caller sets the raw mode. */
  readonly terminal?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface StopOptions {
  /** Is called about once a second while it ends. */
  readonly onWaiting?: ((seconds: number) => void) | undefined;
  /** Ends the waiting, not the stopping. */
  readonly signal?: AbortSignal | undefined;
}

export interface StopResult {
  /** The exit code of the workload's first container; absent if it did not run. */
  readonly code?: number | undefined;
  /** How long it took to end. */
  readonly seconds: number;
}
