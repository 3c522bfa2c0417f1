import type { Properties } from "../provider";

/** The name of an object of the API. */
export interface Identity {
  readonly name: string;
  /** Empty for an object that belongs to no namespace. */
  readonly namespace: string;
}

export function isMap(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value at a path of keys, or undefined when a key is absent. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((found, key) => (isMap(found) ? found[key] : undefined), value);
}

export function textAt(value: unknown, ...path: readonly string[]): string {
  const found = at(value, ...path);
  return typeof found === "string" ? found : "";
}

/** The number at a path. An absent number is 0, because the API leaves zeros out. */
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

/** The object with some of its metadata changed. A value that is undefined removes the key. */
export function withMetadata(object: Properties, changes: Properties): Properties {
  const metadata: Record<string, unknown> = { ...(isMap(object["metadata"]) ? object["metadata"] : {}) };
  for (const [key, value] of Object.entries(changes)) {
    if (value === undefined) delete metadata[key];
    else metadata[key] = value;
  }
  return { ...object, metadata };
}

/** The object's id in the state: `namespace/name`, or only `name`. */
export function idOf(object: unknown): string {
  const namespace = namespaceOf(object);
  return namespace === "" ? nameOf(object) : `${namespace}/${nameOf(object)}`;
}

export function identityOf(id: string): Identity {
  const [first = "", second] = id.split("/");
  return second === undefined ? { namespace: "", name: first } : { namespace: first, name: second };
}
