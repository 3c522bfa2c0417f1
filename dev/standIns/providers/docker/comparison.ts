import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import { type Difference, type Failure, hasUnknown, type Properties } from "../provider";

/** How the official plugin treats one input. */
export interface Way {
  /** A change is made in place; left out, it replaces (ForceNew in the plugin's schema). */
  readonly inPlace?: true;
  /** Left out by the program, whatever the engine chose is right (Computed). */
  readonly computed?: true;
  /** What it is when left out. */
  readonly default?: unknown;
}

export type Ways<Inputs> = { readonly [Key in keyof Inputs]-?: Way };

/** Arrays whose order counts (TypeList); all others are sets. */
const ordered = new Set(["command", "entrypoints", "ports", "tests"]);

/** Objects whose keys are the program's own, so that an empty value still says something. */
const maps = new Set(["driverOpts", "logOpts", "options", "tmpfs"]);

/** What differs between what is there and what the program asks for. */
export function difference(
  ways: Readonly<Record<string, Way>>,
  state: Properties,
  inputs: Properties,
): Pick<Difference, "changed" | "replaces"> {
  const changed = Object.entries(ways)
    .filter(([key, way]) => differs(key, way, state[key], inputs[key]))
    .map(([key]) => key)
    .sort();
  return { changed, replaces: changed.filter((key) => ways[key]?.inPlace !== true) };
}

function differs(key: string, way: Way, have: unknown, asked: unknown): boolean {
  const wanted = asked ?? way.default;
  if (way.computed === true && (wanted === undefined || wanted === "")) return false;
  return !same(key, have ?? way.default, wanted);
}

/** Whether two values of an input mean the same to the official plugin. */
export function same(key: string, one: unknown, other: unknown): boolean {
  return isDeepStrictEqual(comparable(key, one), comparable(key, other));
}

/** A form in which values that mean the same are equal: what is zero is left out, sets are sorted. */
function comparable(key: string, value: unknown): unknown {
  if (Array.isArray(value)) {
    if (value.length === 0) return undefined;
    const items = value.map((item) => comparable("", item));
    return ordered.has(key) ? items : items.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  }
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value)
      .map(([inner, item]): [string, unknown] => [inner, maps.has(key) ? item : comparable(inner, item)])
      .filter(([, item]) => item !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return entries.length === 0 ? undefined : Object.fromEntries(entries);
  }
  const zero = value === null || value === "" || value === "0s" || value === 0 || value === false;
  return zero ? undefined : value;
}

/** What the schema has against the inputs. A value that is not known yet is right until it is known. */
export function failures(schema: z.ZodType, inputs: Properties): Failure[] {
  const result = schema.safeParse(inputs);
  if (result.success) return [];
  return result.error.issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys")
      return issue.keys.map((key) =>
        problem([...issue.path, key], "the offline docker provider does not support this input"),
      );
    return hasUnknown(at(inputs, issue.path)) ? [] : [problem(issue.path, issue.message)];
  });
}

/** The path is part of the reason: the engine would print the value of a stated property, whatever is in it. */
function problem(path: readonly PropertyKey[], reason: string): Failure {
  return { property: "", reason: `${path.join(".")}: ${reason}` };
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === "object" && inner !== null ? Reflect.get(inner, key) : undefined),
    value,
  );
}

/** Keeps the wording of what was known as long as the engine's answer means the same. */
export function observed(known: Properties, live: Properties): Properties {
  const result: Record<string, unknown> = { ...known };
  for (const [key, value] of Object.entries(live)) {
    if (!same(key, known[key], value)) result[key] = value;
  }
  return result;
}

/** The old inputs with what has drifted, as the official plugin gives them back (tfbridge, extractInputs). */
export function drifted(inputs: Properties, outputs: Properties): Properties {
  const entries = Object.entries(inputs).map(([key, value]): [string, unknown] => {
    const found = outputs[key];
    return [key, same(key, value, found) ? value : found];
  });
  return Object.fromEntries(entries);
}
