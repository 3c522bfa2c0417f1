import type { Properties } from "../provider";
import { at, isMap, listAt } from "./objects";

/** The keys of a path in ignoreChanges, such as metadata.annotations["a.b/c"]. Indices of lists are keys, too. */
export function keysOf(path: string): readonly string[] {
  return [...path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[([^\]]+)\]|([^.[\]]+)/g)].map(
    ([, quoted, place, name]) => quoted?.replaceAll('\\"', '"') ?? place ?? name ?? "",
  );
}

/** Whether ignoreChanges names the path of a change or a value that contains it. */
export function isIgnored(path: readonly (string | number)[], ignored: readonly string[]): boolean {
  return ignored.map(keysOf).some((keys) => {
    return (
      keys.length <= path.length && keys.every((key, index) => key === "*" || key === String(path[index]))
    );
  });
}

/**
 * The object to apply when some fields are ignored. Ignored fields that only others own are left out. Other ignored fields
 * keep their present value, because leaving them out would remove them (pulumi-kubernetes, handleSSAIgnoreFields).
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
