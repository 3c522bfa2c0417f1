import type { Properties } from "../provider";
import { at, isMap, listAt } from "./objects";

/** The keys of a path of ignoreChanges, such as metadata.annotations["a.b/c"]. Places in lists are keys, too. */
export function keysOf(path: string): readonly string[] {
  return [...path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[([^\]]+)\]|([^.[\]]+)/g)].map(
    ([, quoted, place, name]) => quoted?.replaceAll('\\"', '"') ?? place ?? name ?? "",
  );
}

/** Whether the path of a change is ignored: itself, or something it lies in. */
export function isIgnored(path: readonly (string | number)[], ignored: readonly string[]): boolean {
  return ignored.map(keysOf).some((keys) => {
    return (
      keys.length <= path.length && keys.every((key, index) => key === "*" || key === String(path[index]))
    );
  });
}

/**
 * The object to apply where some fields are ignored: what is another's alone is left out, and what is ours or nobody's
 * is stated as it is, since leaving it out would take it away (pulumi-kubernetes, handleSSAIgnoreFields).
 */
export function withoutIgnored(
  inputs: Properties,
  live: Properties,
  fieldManager: string,
  ignored: readonly string[],
): Properties {
  const entries = listAt(live, "metadata", "managedFields");
  return ignored.map(keysOf).reduce((object, keys) => {
    const owners = entries.filter((entry) => owns(entry, keys)).map((entry) => at(entry, "manager"));
    const isTheirs = owners.length > 0 && !owners.includes(fieldManager);
    const now = at(live, ...keys);
    return isTheirs ? put(object, keys, undefined) : now === undefined ? object : put(object, keys, now);
  }, inputs);
}

function owns(entry: unknown, keys: readonly string[]): boolean {
  return at(entry, "fieldsV1", ...keys.map((key) => `f:${key}`)) !== undefined;
}

function put(object: Properties, [key, ...rest]: readonly string[], value: unknown): Properties {
  if (key === undefined) return object;
  if (rest.length === 0) {
    const { [key]: _, ...others } = object;
    return value === undefined ? others : { ...object, [key]: value };
  }
  const inner = object[key];
  if (!isMap(inner)) return object;
  return { ...object, [key]: put(inner, rest, value) };
}
