import type { Properties } from "../provider";
import { isMap } from "./objects";

/** Keeps the fields of a live object, the source, that the program's inputs, the shape, also have. */
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
  // Elements are matched by their index. Elements beyond the program's list are not the program's.
  return value.slice(0, shape.length).map((element, index) => prunedValue(element, shape[index]));
}
