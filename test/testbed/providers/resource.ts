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
  /** What is wrong with the provider's own inputs. Previews may hold unknown values. */
  checkConfig?(inputs: Properties): readonly Failure[];
  /** Turns the provider's inputs into what its resources work with. Must not reach out: previews run it. */
  configure(inputs: Properties): Session;
  readonly resources: readonly Resource<Session>[];
}

/** One kind of resource. `inputs` are what `check` returned, `state` the outputs of last time. */
export interface Resource<Session> {
  /** Such as docker:index/volume:Volume. */
  readonly token: string;
  /** Left out: inputs are taken as they are. */
  check?(subject: Named, inputs: Properties, old: Properties): Checked;
  diff(subject: Identified, state: Properties, inputs: Properties, oldInputs: Properties): Difference;
  create(subject: Live<Session>, inputs: Properties): Promise<Created>;
  /** Undefined when the resource is gone. On import, state and inputs are empty. */
  read(
    subject: Live<Session> & Identified,
    state: Properties,
    inputs: Properties,
  ): Promise<ReadBack | undefined>;
  /** Returns the new outputs. Left out: every difference replaces. */
  update?(
    subject: Live<Session> & Identified,
    state: Properties,
    inputs: Properties,
    oldInputs: Properties,
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

export interface Live<Session> extends Named {
  readonly session: Session;
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
  /** Keys that differ; none means no change. */
  readonly changed: readonly string[];
  /** Those of them that need a replacement. */
  readonly replaces: readonly string[];
  readonly deleteBeforeReplace: boolean;
}

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
 * Thrown by create or update when the resource exists but is not as it should be: the engine keeps it in the state,
 * and the next update calls `update`, even if nothing differs (ErrorResourceInitFailed of the plugin protocol).
 */
export class HalfMade extends Error {
  constructor(
    readonly id: string,
    readonly outputs: Properties,
    reason: string,
  ) {
    super(reason);
  }
}
