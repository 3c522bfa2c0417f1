import type { Properties } from "../provider";
import { isMap } from "./objects";

/** Of the source, what has its place in the shape: what of a live object the program has a say in. */
export function pruned(source: Properties, shape: Properties): Properties {
  const entries = Object.entries(source)
    .filter(([key]) => key in shape)
    .map(([key, value]): [string, unknown] => [key, prunedValue(value, shape[key])]);
  return Object.fromEntries(entries);
}

function prunedValue(value: unknown, shape: unknown): unknown {
  if (isMap(value) && isMap(shape)) return pruned(value, shape);
  if (!Array.isArray(value) || !Array.isArray(shape)) return value;
  if (shape.length === 0) return [];
  // Elements belong together by their place; those beyond the program's are not its own.
  return value.slice(0, shape.length).map((element, index) => prunedValue(element, shape[index]));
}
