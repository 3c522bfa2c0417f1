import type { Properties } from "../provider";
import { annotations } from "./annotations";
import { annotation, countAt, isMap, listAt, textAt } from "./objects";

/** One condition in the annotation pulumi.com/waitFor. */
export interface Wish {
  /** The condition as the annotation states it. */
  readonly text: string;
  isMet(live: Properties): boolean;
}

/**
 * Reads the annotation, which replaces the rules of the object's kind. It has one condition, or a JSON list of conditions.
 * Undefined when the annotation is absent. Throws when it cannot be read.
 */
export function wishesOf(inputs: Properties): readonly Wish[] | undefined {
  const text = annotation(inputs, annotations.waitFor);
  if (text === "") return undefined;
  const wishes = listed(text).map(wishOf);
  if (wishes.length === 0)
    throw new Error(`${annotations.waitFor}: at least one condition must be specified`);
  return wishes;
}

function listed(text: string): readonly string[] {
  try {
    const list: unknown = JSON.parse(text);
    if (Array.isArray(list)) return list.map(String);
  } catch {
    // A text that is no JSON is a single condition.
  }
  return [text];
}

function wishOf(text: string): Wish {
  if (text.startsWith("jsonpath=")) return jsonPathWish(text.slice("jsonpath=".length));
  if (text.startsWith("condition=")) return conditionWish(text.slice("condition=".length));
  throw new Error(`expected a "jsonpath=" or "condition=" prefix, got "${text}"`);
}

/** `{.a.b}` waits until the value exists. `{.a.b}=value` waits until it has this value. */
function jsonPathWish(text: string): Wish {
  const [, path, value] = /^\{\s*\$?(.*?)\s*\}(?:=(.+))?$/.exec(text) ?? [];
  if (path === undefined) throw new Error(`format should be {.path}=value or {.path}, got "${text}"`);
  const steps = stepsOf(path);
  return {
    text,
    isMet(live) {
      if (!isObserved(live)) return false;
      const found = steps.reduce<unknown>(next, live);
      if (found === undefined) return false;
      if (value === undefined) return true;
      if (typeof found === "object" && found !== null)
        throw new Error(`"{${path}}" has a non-primitive value`);
      return String(found) === value;
    },
  };
}

/** `Ready` waits until this condition is True. `Ready=False` waits until it is False. */
function conditionWish(text: string): Wish {
  const [type = "", status = "True"] = text.split(/=(.*)/);
  const alike = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();
  return {
    text,
    isMet(live) {
      const found = listAt(live, "status", "conditions").find((entry) => alike(textAt(entry, "type"), type));
      return found !== undefined && alike(textAt(found, "status"), status) && isObserved(live, found);
    },
  };
}

/** Whether the controller has seen the present generation, as far as it reports what it has seen. */
function isObserved(live: Properties, condition?: unknown): boolean {
  const generation = countAt(live, "metadata", "generation");
  const observed =
    countAt(condition, "observedGeneration") || countAt(live, "status", "observedGeneration") || generation;
  return observed >= generation;
}

/** Splits a path into names, quoted names and indices. Filters and wild cards are not supported. */
function stepsOf(path: string): readonly (string | number)[] {
  const steps: (string | number)[] = [];
  let rest = path;
  while (rest !== "") {
    const [all, name, quoted, place] = /^(?:\.([\w-]+)|\[['"](.+?)['"]\]|\[(\d+)\])/.exec(rest) ?? [];
    if (all === undefined) throw new Error(`parsing "{${path}}": the offline provider cannot read "${rest}"`);
    steps.push(place === undefined ? (name ?? quoted ?? "") : Number(place));
    rest = rest.slice(all.length);
  }
  return steps;
}

function next(found: unknown, step: string | number): unknown {
  if (typeof step === "number") return Array.isArray(found) ? found[step] : undefined;
  return isMap(found) ? found[step] : undefined;
}
