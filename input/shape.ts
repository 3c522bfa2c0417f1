import { z } from "zod";
import { suggestion } from "./nearest";
import type { Position, Problem } from "./problem";
import { isRecord, type Path, type YamlSource } from "./source";
import { allowed, found, pathText } from "./wording";

export interface ShapeOptions {
  /** Path of the value in the source; the whole source if absent. */
  readonly at?: Path | undefined;
  /** Whether the value at a path must never be shown. Paths start at the top of the source. */
  readonly isSecret?: ((path: Path) => boolean) | undefined;
}

export interface Shaped<T> {
  /** Absent if there are problems. */
  readonly value?: T | undefined;
  readonly problems: readonly Problem[];
}

type Issue = z.core.$ZodIssue;

/**
 * Checks a value of a source against a schema, and returns a problem with its position for each difference. The
 * messages of a schema are noun phrases that say what is allowed ("a port from 1 to 65535"). They complete
 * `chains[0].port must be …; found "x"`.
 */
export function checkShape<T extends z.ZodType>(
  source: YamlSource,
  schema: T,
  options: ShapeOptions = {},
): Shaped<z.output<T>> {
  const at = options.at ?? [];
  const result = schema.safeParse(source.at(at), { error: allowed });
  if (result.success) {
    return { value: result.data, problems: [] };
  }
  const isSecret = options.isSecret ?? (() => false);
  return {
    problems: result.error.issues.flatMap((issue) => describe({ source, schema, at, isSecret }, issue, [])),
  };
}

interface Place {
  readonly source: YamlSource;
  readonly schema: z.ZodType;
  readonly at: Path;
  readonly isSecret: (path: Path) => boolean;
}

function describe(place: Place, issue: Issue, parent: Path): Problem[] {
  const inSchema = [
    ...parent,
    ...issue.path.map((segment) => (typeof segment === "number" ? segment : String(segment))),
  ];
  const path = [...place.at, ...inSchema];
  const key = (segments: Path): Position => place.source.position(segments, "key");
  if (issue.code === "unrecognized_keys") {
    const known = knownKeys(place.schema, inSchema);
    return issue.keys.map((name) => ({
      message: `unknown key "${name}" in ${pathText(path)}${suggestion(name, known)}`,
      position: key([...path, name]),
    }));
  }
  if (issue.code === "invalid_key") {
    const phrases = issue.issues.map((inner) => inner.message).join(" and ");
    const message = `the key "${String(path.at(-1))}" in ${pathText(path.slice(0, -1))} must be ${phrases}`;
    return [{ message, position: key(path) }];
  }
  if (issue.code === "invalid_union") {
    // The alternative that takes the value itself, and fails only at something inside it, is the one that was meant.
    const meant = issue.errors.find(
      (issues) => issues.length > 0 && issues.every((inner) => inner.path.length > 0),
    );
    if (meant) {
      return meant.flatMap((inner) => describe(place, inner, inSchema));
    }
  }
  const value = place.source.at(path);
  const last = path.at(-1);
  if (value === undefined && last !== undefined && isRecord(place.source.at(path.slice(0, -1)))) {
    const owner = path.slice(0, -1);
    const message = `${pathText(owner)} lacks "${last}", which must be ${issue.message}`;
    return [{ message, position: place.source.position(owner) }];
  }
  const shown = place.isSecret(path) ? "a secret value" : found(value);
  const message = `${pathText(path)} must be ${issue.message}; found ${shown}`;
  return [{ message, position: place.source.position(path) }];
}

/** The keys that a schema knows at a path. Keys that are declared only to be refused are left out. */
function knownKeys(schema: z.core.$ZodType, path: Path): string[] {
  const inner = unwrap(schema);
  const [segment, ...rest] = path;
  if (inner instanceof z.ZodUnion) {
    return inner.options.flatMap((option) => knownKeys(option, path));
  }
  if (segment !== undefined) {
    const next = step(inner, segment);
    return next ? knownKeys(next, rest) : [];
  }
  if (!(inner instanceof z.ZodObject)) {
    return [];
  }
  return Object.entries(inner.shape)
    .filter(([, value]) => !(unwrap(value) instanceof z.ZodUndefined))
    .map(([name]) => name);
}

function step(schema: z.core.$ZodType, segment: string | number): z.core.$ZodType | undefined {
  if (schema instanceof z.ZodObject) {
    return schema.shape[segment];
  }
  if (schema instanceof z.ZodArray) {
    return schema.element;
  }
  return schema instanceof z.ZodRecord ? schema.valueType : undefined;
}

function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault) {
    return unwrap(schema.unwrap());
  }
  return schema instanceof z.ZodPipe ? unwrap(schema.in) : schema;
}
