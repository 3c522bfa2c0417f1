import type { Properties } from "./properties";

/**
 * An offline provider. It implements the engine's plugin protocol for the few resources that this project uses, on machines
 * where the official plugin cannot be installed. The program that puts it on PATH says that it stands in. The provider itself
 * cannot say so, because the engine hides a plugin's output and starts a plugin several times in one run.
 */
export interface Provider<Session> {
  readonly name: string;
  /** Version of the official plugin that this provider imitates. */
  readonly version: string;
  /**
   * Whether inputs and state have marks of secrets (`withoutMarks`), and the provider marks its outputs itself. When absent,
   * the engine removes the marks, and marks the outputs that have the names of secret inputs.
   */
  readonly acceptSecrets?: boolean;
  /** Lists what is wrong with the provider's own inputs. In a preview, values may be unknown. */
  checkConfig?(inputs: Properties): readonly Failure[];
  /** The changed inputs of the provider that replace all its resources. When absent, there are none. */
  replacingConfig?(before: Properties, after: Properties, changed: readonly string[]): readonly string[];
  /** Turns the provider's inputs into a session for its resources. Previews call it, so it must not contact any host. */
  configure(inputs: Properties): Session;
  /** Ends what a session has opened. When absent, there is nothing to end. */
  end?(session: Session): void;
  readonly resources: readonly Resource<Session>[];
}

/** One kind of resource. `inputs` are the result of `check`. `state` has the outputs of the last run. */
export interface Resource<Session> {
  /** Such as docker:index/volume:Volume. */
  readonly token: string;
  /** Checks and completes inputs. When absent, inputs are accepted unchanged. */
  check?(subject: Configured<Session>, inputs: Properties, old: Properties): Checked;
  /** Compares state and inputs. When absent, each changed input replaces the resource. */
  diff?(
    subject: Configured<Session> & Changing,
    state: Properties,
    inputs: Properties,
    oldInputs: Properties,
  ): Difference;
  create(subject: Live<Session>, inputs: Properties): Promise<Created>;
  /** Previews the outputs of `create`. When absent, the outputs are the inputs. */
  previewCreate?(subject: Live<Session>, inputs: Properties): Promise<Properties>;
  /** Reads the resource. Undefined when it is gone. On import, state and inputs are empty. */
  read(
    subject: Live<Session> & Identified,
    state: Properties,
    inputs: Properties,
  ): Promise<ReadBack | undefined>;
  /** Changes the resource and returns the new outputs. When absent, the resource cannot change in place. */
  update?(
    subject: Live<Session> & Changing,
    state: Properties,
    inputs: Properties,
    oldInputs: Properties,
  ): Promise<Properties>;
  /** Previews the outputs of `update`. When absent, the inputs replace the state's values. */
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
  /** Paths in the resource's ignoreChanges, such as spec.replicas. The engine has put the old inputs there. */
  readonly ignored: readonly string[];
}

export interface Configured<Session> extends Named {
  readonly session: Session;
}

export interface Live<Session> extends Configured<Session> {
  /** Seconds of the resource's customTimeouts. It is 0 when none is stated, and for a read. */
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
  /** Keys that differ, or paths such as spec.ports[0].port. Empty when nothing differs. */
  readonly changed: readonly string[];
  /** The changed keys that need a replacement. */
  readonly replaces: readonly string[];
  readonly deleteBeforeReplace: boolean;
  /** How each changed key changes. It must be stated for paths. */
  readonly changes?: ReadonlyMap<string, Change>;
}

export type Change = "add" | "delete" | "update";

export interface Created {
  readonly id: string;
  readonly outputs: Properties;
}

export interface ReadBack {
  readonly outputs: Properties;
  /** The inputs that would make the present resource. When absent, they are the program's old inputs. */
  readonly inputs?: Properties;
}

/**
 * Thrown by create, update or read when the resource exists but is not ready. The engine keeps the resource in the state, and
 * the next run calls `update` even when nothing differs (ErrorResourceInitFailed of the plugin protocol).
 */
export class HalfMade extends Error {
  constructor(
    readonly id: string,
    readonly outputs: Properties,
    reason: string,
    /** The causes, each a line. */
    readonly causes: readonly string[] = [],
    /** For a read, the inputs that would make the present resource. */
    readonly inputs?: Properties,
  ) {
    super(reason);
  }
}
