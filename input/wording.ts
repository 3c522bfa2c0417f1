import type { z } from "zod";
import type { Path } from "./source";

const LONGEST = 40;

const TYPES: Readonly<Record<string, string>> = {
  string: "a string",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  object: "a mapping",
  record: "a mapping",
  array: "a list",
};

/** A path as messages write it: `chains[3].ac_supply`. The empty path is `the file`. */
export function pathText(path: Path): string {
  if (path.length === 0) {
    return "the file";
  }
  return path
    .map((segment, index) => {
      if (typeof segment === "number") {
        return `[${segment}]`;
      }
      return index === 0 ? segment : `.${segment}`;
    })
    .join("");
}

/** A value of a file as messages quote it, cut so that it fits on a line. */
export function found(value: unknown): string {
  if (value === undefined || value === null) {
    return "nothing";
  }
  if (Array.isArray(value)) {
    return value.length === 0 ? "an empty list" : "a list";
  }
  if (typeof value === "object") {
    return "a mapping";
  }
  const text = typeof value === "string" ? JSON.stringify(withoutPasswords(value)) : String(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}

/** A text without the passwords of the URLs in it: `https://user:…@host`. */
export function withoutPasswords(text: string): string {
  return text.replaceAll(/(:\/\/[^/\s:@]*):\S*@/g, "$1:…@");
}

/** What a schema allows, as a noun phrase, for schemas without a message of their own. */
export function allowed(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return TYPES[issue.expected] ?? `of type ${issue.expected}`;
    case "too_small":
      return limit(issue.origin, issue.minimum, issue.inclusive === false ? "more than" : "at least");
    case "too_big":
      return limit(issue.origin, issue.maximum, issue.inclusive === false ? "less than" : "at most");
    case "invalid_value":
      return issue.values
        .map((value) => (typeof value === "string" ? `"${value}"` : String(value)))
        .join(" or ");
    case "invalid_format":
      return issue.pattern === undefined
        ? `a string of the form ${issue.format}`
        : `a string like ${issue.pattern}`;
    case "not_multiple_of":
      return `a multiple of ${issue.divisor}`;
    case "invalid_union":
      return alternatives(issue.errors);
    default:
      return "something else";
  }
}

function limit(origin: string, bound: number | bigint, relation: string): string {
  switch (origin) {
    case "string":
      return bound === 1 && relation === "at least"
        ? "a string that is not empty"
        : `${relation} ${bound} characters long`;
    case "array":
      return bound === 1 && relation === "at least"
        ? "a list that is not empty"
        : `a list of ${relation} ${bound}`;
    default:
      return `${relation} ${bound}`;
  }
}

function alternatives(errors: readonly (readonly z.core.$ZodIssue[])[]): string {
  const phrases = errors.flatMap((issues) =>
    issues.filter(({ path }) => path.length === 0).map(({ message }) => message),
  );
  return [...new Set(phrases)].join(" or ");
}
