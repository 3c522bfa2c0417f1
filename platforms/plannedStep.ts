/** What a plan does with one resource. */
export interface PlannedStep {
  /** `replace` comes once, whether the old resource goes first or last. */
  readonly op: "create" | "update" | "replace" | "delete";
  /** The resource's type, such as `docker:index/container:Container`. */
  readonly type: string;
  /** The resource's name in the stack, such as `east-beer-proxy`. */
  readonly name: string;
  /** What it is now; absent if it is new. */
  readonly before?: PlannedState | undefined;
  /** What it is afterwards; absent if it goes. */
  readonly after?: PlannedState | undefined;
  /** Paths of the inputs that change: `image`, `spec.template.spec.containers[0].image`. */
  readonly changed: readonly string[];
}

export interface PlannedState {
  /** Name of its provider, which is that of its host if hosts have providers of their own. */
  readonly provider: string;
  /** What is not known yet, and what is secret, is a text that stands for it. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Whether the thing itself stays when the stack gives it up. */
  readonly isRetained: boolean;
}

/** What a step means for those who use a workload. */
export type Effect = ProcessEffect | VolumeEffect;

/** What becomes of processes. */
export interface ProcessEffect {
  readonly kind: "processes";
  /** `stays`: something is changed while they run. */
  readonly fate: "starts" | "restarts" | "ends" | "stays";
  /** Seconds that they have to end. */
  readonly graceSeconds?: number | undefined;
  /** Images that are others afterwards, by container. */
  readonly images: readonly ImageEffect[];
}

export interface ImageEffect {
  /** Name of the container's resource, or of the container in its pod. */
  readonly container: string;
  readonly from: string;
  readonly to: string;
}

/** What becomes of the data of a workload. */
export interface VolumeEffect {
  readonly kind: "volume";
  /** `kept`: the stack gives it up, and it stays where it is. `lost`: it is removed. */
  readonly fate: "made" | "kept" | "moved" | "lost";
}

/** Says what a step means; nothing if it is about neither processes nor data. */
export type ReadStep = (step: PlannedStep) => readonly Effect[];
