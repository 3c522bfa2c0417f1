import { randomBytes } from "node:crypto";
import type { Properties } from "../provider";
import { annotations } from "./annotations";
import { annotation, isMap, nameOf, withMetadata } from "./objects";

/** The prefix, a dash and eight random hex digits, as in the official plugin. */
export function uniqueName(prefix: string): string {
  return `${prefix}-${randomBytes(4).toString("hex")}`;
}

export function isAutonamed(object: Properties): boolean {
  return annotation(object, annotations.autonamed) === "true";
}

/** Gives an object without a name its old name, or else a new one from the resource's name. */
export function named(inputs: Properties, old: Properties, name: string): Properties {
  const metadata = inputs["metadata"];
  const stated = nameOf(inputs) !== "" || textual(metadata, "generateName");
  // When the metadata as a whole is not known yet, no name can be added.
  if (stated || typeof metadata === "string") return inputs;
  if (Object.keys(old).length === 0) return autonamed(inputs, uniqueName(name));
  return isAutonamed(old) ? autonamed(inputs, nameOf(old)) : inputs;
}

function autonamed(inputs: Properties, name: string): Properties {
  const metadata = isMap(inputs["metadata"]) ? inputs["metadata"] : {};
  const known = metadata["annotations"];
  if (known !== undefined && !isMap(known)) return withMetadata(inputs, { name });
  return withMetadata(inputs, { name, annotations: { ...known, [annotations.autonamed]: "true" } });
}

function textual(metadata: unknown, key: string): boolean {
  return isMap(metadata) && typeof metadata[key] === "string" && metadata[key] !== "";
}

/** The name that owns the applied fields: the one in the annotation, else the one of the last run, else a new one. */
export function fieldManagerOf(inputs: Properties, known: string): string {
  return annotation(inputs, annotations.patchFieldManager) || known || uniqueName("pulumi-kubernetes");
}
