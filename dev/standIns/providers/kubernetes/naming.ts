import { randomBytes } from "node:crypto";
import type { Properties } from "../provider";
import { annotations } from "./annotations";
import { annotation, isMap, nameOf, withMetadata } from "./objects";

/** Eight random hex digits behind a dash, as the official plugin names what has no name. */
export function uniqueName(prefix: string): string {
  return `${prefix}-${randomBytes(4).toString("hex")}`;
}

export function isAutonamed(object: Properties): boolean {
  return annotation(object, annotations.autonamed) === "true";
}

/** Gives an object without a name the one it had, or a new one from the resource's name. */
export function named(inputs: Properties, old: Properties, name: string): Properties {
  const metadata = inputs["metadata"];
  const stated = nameOf(inputs) !== "" || textual(metadata, "generateName");
  // Metadata that is not known as a whole has no place for a name yet.
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

/** Under whose name fields are applied: the annotation's, that of last time, or a new one. */
export function fieldManagerOf(inputs: Properties, known: string): string {
  return annotation(inputs, annotations.patchFieldManager) || known || uniqueName("pulumi-kubernetes");
}
