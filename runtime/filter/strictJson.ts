import { type Node, parseTree } from "jsonc-parser";

/**
 * A JSON value that was read without a loss: an object is a map, so that no key is special, and a number keeps its
 * digits.
 */
export type Json = null | boolean | string | JsonNumber | readonly Json[] | JsonObject;
export type JsonObject = ReadonlyMap<string, Json>;

/** A number as it was written. Amounts have more digits than a JavaScript number can hold. */
export class JsonNumber {
  constructor(readonly digits: string) {}
}

/** The text is not JSON, or two readers could take it for two things. */
export class NotStrict extends Error {}

/** Daemons take 512 (docs/internals/domain.md, how a daemon reads a call). Calls need some five. */
const MOST_DEPTH = 64;

/** A batch of a thousand calls has some ten thousand. Without a bound, a body of `{}` takes hundreds of MiB to read. */
const MOST_VALUES = 50_000;
/** Every value but the first follows one of these. */
const MARKS = new Set(Buffer.from(",[{"));

/** An unpaired half of a UTF-16 pair, which an escape can make. UTF-8 has no form for it. */
const UNPAIRED = /\p{Surrogate}/u;

/**
 * Reads JSON of which every reader sees the same: UTF-8 without a byte order mark, and no key twice in an object,
 * however it is escaped. Throws NotStrict.
 */
export function readStrict(bytes: Uint8Array): Json {
  checkNumber(bytes);
  const text = utf8(bytes);
  checkGrammar(text);
  return jsonOf(treeOf(text), text, 1);
}

/** The value as JSON, with nothing in it but what was read. */
export function writeJson(value: Json): string {
  if (value instanceof JsonNumber) return value.digits;
  if (isList(value)) return `[${value.map(writeJson).join()}]`;
  if (value instanceof Map)
    return `{${[...value].map(([key, member]) => `${JSON.stringify(key)}:${writeJson(member)}`).join()}}`;
  return JSON.stringify(value);
}

/** Whether it is an array. The declared type of Array.isArray does not know readonly ones. */
export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** Marks within texts are counted as well. No text that a daemon needs has many. */
function checkNumber(bytes: Uint8Array): void {
  let marks = 0;
  for (const byte of bytes) if (MARKS.has(byte)) marks += 1;
  if (marks > MOST_VALUES) throw new NotStrict(`it has more than ${MOST_VALUES} values`);
}

function utf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new NotStrict("it is not UTF-8");
  }
}

/**
 * JSON.parse decides what is JSON, because it knows nothing else. It hides the first of two equal keys, so the value
 * comes from a parser that is more lenient and shows everything. Its message is dropped, because it quotes the text.
 */
function checkGrammar(text: string): void {
  try {
    JSON.parse(text);
  } catch {
    throw new NotStrict(
      "it is not JSON as RFC 8259 has it, without comments, trailing commas or a byte order mark",
    );
  }
}

function treeOf(text: string): Node {
  let tree: Node | undefined;
  try {
    tree = parseTree(text, [], { disallowComments: true });
  } catch (failure) {
    // The parser calls itself for each level.
    if (failure instanceof RangeError) throw tooDeep();
    throw failure;
  }
  if (tree === undefined) throw new NotStrict("it is empty");
  return tree;
}

function jsonOf(node: Node, text: string, depth: number): Json {
  if (depth > MOST_DEPTH) throw tooDeep();
  const { type, offset, length, children = [] } = node;
  switch (type) {
    case "object":
      return objectOf(children, text, depth);
    case "array":
      return children.map((child) => jsonOf(child, text, depth + 1));
    case "string":
      return textOf(node);
    case "number":
      return new JsonNumber(text.slice(offset, offset + length));
    case "boolean":
      return node.value === true;
    case "null":
      return null;
    case "property":
      throw new NotStrict("it has a key where a value must be");
  }
}

function objectOf(properties: readonly Node[], text: string, depth: number): JsonObject {
  const members = new Map<string, Json>();
  for (const { children: [keyNode, valueNode] = [] } of properties) {
    if (keyNode === undefined || valueNode === undefined) throw new NotStrict("it has a key without a value");
    const key = textOf(keyNode);
    if (members.has(key)) throw new NotStrict("an object has the same key twice");
    members.set(key, jsonOf(valueNode, text, depth + 1));
  }
  return members;
}

function textOf({ value }: Node): string {
  if (typeof value !== "string") throw new NotStrict("it has a text that cannot be read");
  if (value.includes("\0"))
    throw new NotStrict("a text has the character U+0000, where C programs end a text");
  if (UNPAIRED.test(value)) throw new NotStrict("a text has an unpaired surrogate, which is not Unicode");
  return value;
}

function tooDeep(): NotStrict {
  return new NotStrict(`it is nested more than ${MOST_DEPTH} levels deep`);
}
