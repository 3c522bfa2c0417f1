import type { Properties } from "./properties";

/**
 * Offline providers: they speak the engine's plugin protocol for the few resources this project uses, on machines
 * where the official plugins cannot be installed. That they stand in is said by whoever puts them on the path: the
 * engine hides what a plugin prints, and a plugin runs once per provider, in the preview and again in the update.
 */
export interface Provider<Session> {
  readonly name: string;
  /** Of the official plugin whose ways are followed. */
  readonly version: string;
  /**
   * Whether inputs and state come with their marks of secrets (`withoutMarks`), and outputs are to bear theirs. Without
   * it the engine takes the marks off, and puts them on the outputs that are named like secret inputs.
   */
  readonly acceptSecrets?: boolean;
  /** What is wrong with the provider's own inputs. Previews may hold unknown values. */
  checkConfig?(inputs: Properties): readonly Failure[];
  /** Those of the changed inputs of the provider that need all its resources replaced. Left out: none. */
  replacingConfig?(before: Properties, after: Properties, changed: readonly string[]): readonly string[];
  /** Turns the provider's inputs into what its resources work with. Must not reach out: previews run it. */
  configure(inputs: Properties): Session;
  readonly resources: readonly Resource<Session>[];
}

/** One kind of resource. `inputs` are what `check` returned, `state` the outputs of last time. */
export interface Resource<Session> {
  /** Such as docker:index/volume:Volume. */
  readonly token: string;
  /** Left out: inputs are taken as they are. */
  check?(subject: Configured<Session>, inputs: Properties, old: Properties): Checked;
  /** Left out: every input that differs replaces. */
  diff?(
    subject: Configured<Session> & Changing,
    state: Properties,
    inputs: Properties,
    oldInputs: Properties,
  ): Difference;
  create(subject: Live<Session>, inputs: Properties): Promise<Created>;
  /** What `create` would give as outputs, for a preview. Left out: its inputs. */
  previewCreate?(subject: Live<Session>, inputs: Properties): Promise<Properties>;
  /** Undefined when the resource is gone. On import, state and inputs are empty. */
  read(
    subject: Live<Session> & Identified,
    state: Properties,
    inputs: Properties,
  ): Promise<ReadBack | undefined>;
  /** Returns the new outputs. Left out: every difference replaces. */
  update?(
    subject: Live<Session> & Changing,
    state: Properties,
    inputs: Properties,
    oldInputs: Properties,
  ): Promise<Properties>;
  /** What `update` would give as outputs, for a preview. Left out: its inputs over the state. */
  previewUpdate?(
    subject: Live<Session> & Changing,
    state: Properties,
    inputs: Properties,
  ): Promise<Properties>;
  delete(subject: Live<Session> & Identified, state: Properties): Promise<void>;
}

export interface Named {
  readonly urn: string;
  /** The resource's name in the program. */
  readonly name: string;
}

export interface Identified extends Named {
  readonly id: string;
}

export interface Changing extends Identified {
  /** Paths of the resource's ignoreChanges, such as spec.replicas: the engine has put the old inputs there. */
  readonly ignored: readonly string[];
}

export interface Configured<Session> extends Named {
  readonly session: Session;
}

export interface Live<Session> extends Configured<Session> {
  /** Of the resource's customTimeouts, in seconds; 0 where none is stated, and for a read. */
  readonly timeout: number;
  /** Aborted when the operator interrupts the run. */
  readonly signal: AbortSignal;
}

export interface Failure {
  readonly property: string;
  readonly reason: string;
}

export interface Checked {
  readonly inputs: Properties;
  readonly failures: readonly Failure[];
}

export interface Difference {
  /** Keys that differ, or paths such as spec.ports[0].port; none means no change. */
  readonly changed: readonly string[];
  /** Those of them that need a replacement. */
  readonly replaces: readonly string[];
  readonly deleteBeforeReplace: boolean;
  /** How each of them changes; needed for paths. */
  readonly changes?: ReadonlyMap<string, Change>;
}

export type Change = "add" | "delete" | "update";

export interface Created {
  readonly id: string;
  readonly outputs: Properties;
}

export interface ReadBack {
  readonly outputs: Properties;
  /** What inputs would make this; the program's old ones if left out. */
  readonly inputs?: Properties;
}

/**
 * Thrown by create, update or read when the resource exists but is not as it should be: the engine keeps it in the
 * state, and the next update calls `update`, even if nothing differs (ErrorResourceInitFailed of the plugin protocol).
 */
export class HalfMade extends Error {
  constructor(
    readonly id: string,
    readonly outputs: Properties,
    reason: string,
    /** What led to it, each in a line of its own. */
    readonly causes: readonly string[] = [],
    /** From a read: what inputs would make this. */
    readonly inputs?: Properties,
  ) {
    super(reason);
  }
}
