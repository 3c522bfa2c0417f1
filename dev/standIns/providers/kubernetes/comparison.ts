import { isDeepStrictEqual } from "node:util";
import { type Change, type Difference, hasUnknown, type Properties } from "../provider";
import { checkpointOf, plain } from "./checkpoint";
import type { Session } from "./configuration";
import { isIgnored } from "./ignoring";
import type { Kind } from "./kinds";
import { isAutonamed } from "./naming";
import { normalized } from "./normalization";
import { at, isMap, nameOf, namespaceOf, withMetadata } from "./objects";
import { pruned } from "./pruning";

type Subject = { readonly session: Session; readonly ignored: readonly string[] };
type Path = readonly (string | number)[];
type Found = Map<string, { readonly path: Path; readonly change: Change; readonly value: unknown }>;

/**
 * Compares the program's new inputs with the fields of the live object that the old inputs stated. Fields that others have
 * added to the object are not compared.
 */
export function difference(
  kind: Kind,
  { session, ignored }: Subject,
  state: Properties,
  marked: Properties,
): Difference {
  const { inputs: oldInputs, live } = checkpointOf(state);
  const inputs = scoped(kind, normalized(plain(marked)));
  const before = baseline(kind, live, normalized(oldInputs), inputs);
  const found: Found = new Map();
  compareMaps([], before, inputs, found);
  for (const [text, { path }] of found) if (isIgnored(path, ignored)) found.delete(text);
  const fixed = fixedFields(kind, session, inputs);
  const replaces = [...found]
    .filter(
      ([text, { path, change, value }]) =>
        fixed.some((field) => touches(path, value, field.split("."))) ||
        (text === "metadata" && change === "delete"),
    )
    .map(([text]) => text);
  const stays =
    nameOf(inputs) !== "" &&
    !isAutonamed(inputs) &&
    nameOf(inputs) === nameOf(live) &&
    namespaceOf(inputs) === namespaceOf(live);
  return {
    changed: [...found.keys()],
    replaces,
    deleteBeforeReplace: replaces.length > 0 && stays,
    changes: new Map([...found].map(([text, { change }]) => [text, change])),
  };
}

function baseline(kind: Kind, live: Properties, oldInputs: Properties, inputs: Properties): Properties {
  const kept = scoped(kind, { apiVersion: kind.apiVersion, kind: kind.kind, ...pruned(live, oldInputs) });
  // A name that the program states now is compared even when it stated none before.
  return nameOf(inputs) === "" ? kept : withMetadata(kept, { name: nameOf(live) });
}

function scoped({ namespaced }: Kind, object: Properties): Properties {
  if (!isMap(object["metadata"])) return object;
  return withMetadata(object, { namespace: namespaced ? namespaceOf(object) || "default" : undefined });
}

/** Fields that cannot change in place. For an immutable Secret or ConfigMap this includes its content. */
function fixedFields(
  { kind, fixed, patch }: Kind,
  { mutable }: Session,
  inputs: Properties,
): readonly string[] {
  const identity = ["metadata.name", "metadata.namespace"];
  if (patch) return identity;
  const immutable = inputs["immutable"] === true;
  if (kind === "Secret" && (immutable || !mutable.Secret)) return [...identity, "type", "stringData", "data"];
  if (kind === "ConfigMap" && (immutable || !mutable.ConfigMap)) return [...identity, "binaryData", "data"];
  return [...identity, ...fixed];
}

/** Whether a change at the path changes the field itself, a part of it, or a value that contains the field. */
function touches(path: Path, value: unknown, field: readonly string[]): boolean {
  const common = Math.min(path.length, field.length);
  for (let index = 0; index < common; index++) if (path[index] !== field[index]) return false;
  return path.length >= field.length || at(value, ...field.slice(path.length)) !== undefined;
}

function compareMaps(path: Path, before: Properties, after: Properties, found: Found): void {
  for (const key of new Set([...Object.keys(after), ...Object.keys(before)]))
    compare([...path, key], before[key], after[key], found);
}

function compare(path: Path, before: unknown, after: unknown, found: Found): void {
  if (isMap(before) && isMap(after)) compareMaps(path, before, after, found);
  else if (Array.isArray(before) && Array.isArray(after)) {
    for (let index = 0; index < Math.max(before.length, after.length); index++)
      compare([...path, index], before[index], after[index], found);
  } else if (!same(before, after)) {
    const change = before === undefined ? "add" : after === undefined ? "delete" : "update";
    found.set(textOf(path), { path, change, value: after });
  }
}

/** An absent value and an empty one are the same, because the API server leaves empty values out. */
function same(before: unknown, after: unknown): boolean {
  if (before === undefined) return !hasUnknown(after) && isEmpty(after);
  if (after === undefined) return isEmpty(before);
  return isDeepStrictEqual(before, after);
}

function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (isMap(value)) return Object.values(value).every(isEmpty);
  return value === undefined || value === null || value === "" || value === 0 || value === false;
}

/** Writes a path in the form of Pulumi's property paths. */
function textOf(path: Path): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    if (/[."[\]]/.test(part)) return `${text}["${part.replaceAll('"', '\\"')}"]`;
    return text === "" ? part : `${text}.${part}`;
  }, "");
}
