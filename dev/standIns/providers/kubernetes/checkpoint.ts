import { mapped, type Properties, withoutMarks } from "../provider";
import { isMap } from "./objects";
import { annotated } from "./secrets";

/** Keys of what the state has in addition to the live object. The official provider has the same keys. */
const inputsKey = "__inputs";
const versionKey = "__initialApiVersion";
const managerKey = "__fieldManager";

export interface Checkpoint {
  readonly inputs: Properties;
  /** The object as the API server last returned it. */
  readonly live: Properties;
  /** Empty when the state has none. */
  readonly fieldManager: string;
  readonly initialApiVersion: string;
}

/** A resource's outputs. `marked` are the inputs with their marks of secrets. */
export function outputsOf(checkpoint: Checkpoint, marked: Properties): Properties {
  return {
    ...annotated(checkpoint.live, marked),
    [inputsKey]: annotated(checkpoint.inputs, marked),
    [versionKey]: checkpoint.initialApiVersion,
    [managerKey]: checkpoint.fieldManager,
  };
}

/** Reads the outputs of the last run, and removes the marks of secrets. */
export function checkpointOf(state: Properties): Checkpoint {
  const {
    [inputsKey]: inputs,
    [versionKey]: version,
    [managerKey]: manager,
    ...live
  } = mapped(state, withoutMarks);
  return {
    inputs: isMap(inputs) ? inputs : {},
    live,
    fieldManager: typeof manager === "string" ? manager : "",
    initialApiVersion: typeof version === "string" ? version : String(live["apiVersion"] ?? ""),
  };
}

export function plain(properties: Properties): Properties {
  return mapped(properties, withoutMarks);
}
