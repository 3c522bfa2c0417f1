import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import { type Difference, type Failure, hasUnknown, type Properties } from "../provider";

/** How the official plugin treats one input. */
export interface Way {
  /** A change is made in place. When absent, a change replaces the resource (ForceNew in the plugin's schema). */
  readonly inPlace?: true;
  /** When the program does not state the input, any value that the engine chose is accepted (Computed). */
  readonly computed?: true;
  /** The value when the input is absent. */
  readonly default?: unknown;
}

export type Ways<Inputs> = { readonly [Key in keyof Inputs]-?: Way };

/** Inputs that are arrays whose order counts (TypeList). All other arrays are sets. */
const ordered = new Set(["command", "entrypoints", "ports", "tests"]);

/** Inputs that are objects with keys of the program's choice. In these an empty value has a meaning. */
const maps = new Set(["driverOpts", "logOpts", "options", "tmpfs"]);

/** Compares the state with the program's inputs. */
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

/** Brings a value to a form in which values with the same meaning are equal. It drops zero values and sorts sets. */
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

/** Lists what the schema refuses in the inputs. A value that is not known yet is accepted. */
export function failures(schema: z.ZodType, inputs: Properties): Failure[] {
  const result = schema.safeParse(inputs);
  if (result.success) return [];
  return result.error.issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys")
      return issue.keys.map((key) =>
        problem(
          [...issue.path, key],
          "the offline docker provider does not support this input; leave it out",
        ),
      );
    return hasUnknown(at(inputs, issue.path)) ? [] : [problem(issue.path, issue.message)];
  });
}

/** The path is part of the reason, because the engine prints the value of a stated property, which may be a secret. */
function problem(path: readonly PropertyKey[], reason: string): Failure {
  return { property: "", reason: `${path.join(".")}: ${reason}` };
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === "object" && inner !== null ? Reflect.get(inner, key) : undefined),
    value,
  );
}

/** Takes over the engine's values, but keeps the known form of a value that still means the same. */
export function observed(known: Properties, live: Properties): Properties {
  const result: Record<string, unknown> = { ...known };
  for (const [key, value] of Object.entries(live)) {
    if (!same(key, known[key], value)) result[key] = value;
  }
  return result;
}

/** The old inputs with the values that have drifted, as the official plugin returns them (tfbridge, extractInputs). */
export function drifted(inputs: Properties, outputs: Properties): Properties {
  const entries = Object.entries(inputs).map(([key, value]): [string, unknown] => {
    const found = outputs[key];
    return [key, same(key, value, found) ? value : found];
  });
  return Object.fromEntries(entries);
}
