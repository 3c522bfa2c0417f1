import type { Properties } from "../provider";

/** What an error, an id or a comparison needs to know of any object of the API. */
export interface Identity {
  readonly name: string;
  /** Empty for an object of the whole cluster. */
  readonly namespace: string;
}

export function isMap(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value at a path of keys, if all of them are there. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((found, key) => (isMap(found) ? found[key] : undefined), value);
}

export function textAt(value: unknown, ...path: readonly string[]): string {
  const found = at(value, ...path);
  return typeof found === "string" ? found : "";
}

/** A number of the object's, 0 where there is none, as the API leaves zeroes out. */
export function countAt(value: unknown, ...path: readonly string[]): number {
  const found = at(value, ...path);
  return typeof found === "number" ? found : 0;
}

export function listAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
}

export function nameOf(object: unknown): string {
  return textAt(object, "metadata", "name");
}

export function namespaceOf(object: unknown): string {
  return textAt(object, "metadata", "namespace");
}

export function annotation(object: unknown, key: string): string {
  return textAt(object, "metadata", "annotations", key);
}

/** The object with some of its metadata set. A value that is undefined takes the key away. */
export function withMetadata(object: Properties, changes: Properties): Properties {
  const metadata: Record<string, unknown> = { ...(isMap(object["metadata"]) ? object["metadata"] : {}) };
  for (const [key, value] of Object.entries(changes)) {
    if (value === undefined) delete metadata[key];
    else metadata[key] = value;
  }
  return { ...object, metadata };
}

/** The object's id in the state: namespace/name, or name alone. */
export function idOf(object: unknown): string {
  const namespace = namespaceOf(object);
  return namespace === "" ? nameOf(object) : `${namespace}/${nameOf(object)}`;
}

export function identityOf(id: string): Identity {
  const [first = "", second] = id.split("/");
  return second === undefined ? { namespace: "", name: first } : { namespace: first, name: second };
}
