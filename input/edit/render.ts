import { Document, isScalar, isSeq, type Node, Scalar } from "yaml";
import { isRecord } from "../source";

/** A value that is to be written. */
export type Plain =
  | string
  | number
  | boolean
  | null
  | readonly Plain[]
  | { readonly [key: string]: Plain | undefined };

/** How strings are quoted, as long as YAML reads them the same. */
export interface Style {
  readonly key: Quotes;
  readonly value: Quotes;
}

type Quotes = "PLAIN" | "QUOTE_DOUBLE" | "QUOTE_SINGLE";

/** The style of a mapping or list: the one of its last item that shows it, so that a new item looks like the others. */
export function styleOf(collection: Node): Style {
  const style: { key: Quotes; value: Quotes } = { key: "PLAIN", value: "PLAIN" };
  look(collection);
  return style;

  function look(node: unknown): void {
    if (isSeq(node)) for (const item of node.items) look(item);
    else if (isPairs(node)) {
      for (const { key, value } of node.items) {
        style.key = quotes(key) ?? style.key;
        look(value);
      }
    } else style.value = quotes(node) ?? style.value;
  }
}

function isPairs(node: unknown): node is { readonly items: readonly { key: unknown; value: unknown }[] } {
  return isRecord(node) && "items" in node && Array.isArray(node["items"]);
}

function quotes(node: unknown): Quotes | undefined {
  if (!isScalar(node) || typeof node.value !== "string") return undefined;
  return node.type === "PLAIN" || node.type === "QUOTE_DOUBLE" || node.type === "QUOTE_SINGLE"
    ? node.type
    : undefined;
}

/** A value in one line, as it may stand in a block or between brackets. */
export function inline(value: Plain, style: Style): string {
  if (Array.isArray(value)) return `[${value.map((each) => inline(each, style)).join(", ")}]`;
  if (isRecord(value)) {
    const pairs = entriesOf(value).map(([key, each]) => pair(key, each, style));
    return pairs.length === 0 ? "{}" : `{ ${pairs.join(", ")} }`;
  }
  return scalar(value, style.value);
}

/** A key and its value in one line. */
export function pair(key: string, value: Plain, style: Style): string {
  return `${scalar(key, style.key)}: ${inline(value, style)}`;
}

const WIDEST = 110;

/**
 * A key and its value in a block, as lines without their indentation. A list is in one line if it fits and has no
 * mappings.
 * @param indent columns before the first line
 */
export function pairLines(key: string, value: Plain, style: Style, indent: number): string[] {
  const line = pair(key, value, style);
  if (!Array.isArray(value) || value.length === 0) return [line];
  if (indent + line.length <= WIDEST && !value.some(isRecord)) return [line];
  return [`${scalar(key, style.key)}:`, ...value.map((each) => `  - ${inline(each, style)}`)];
}

/**
 * An item of a list in a block, as lines without their indentation.
 * @param isBlock whether a mapping gets a line for each key
 */
export function itemLines(value: Plain, style: Style, isBlock: boolean, indent: number): string[] {
  const line = `- ${inline(value, style)}`;
  if (!isRecord(value) || (!isBlock && indent + line.length <= WIDEST)) return [line];
  const lines = entriesOf(value).flatMap(([key, each]) => pairLines(key, each, style, indent + 2));
  return lines.map((each, index) => (index === 0 ? `- ${each}` : `  ${each}`));
}

function entriesOf(value: Readonly<Record<string, unknown>>): [string, Plain][] {
  return Object.entries(value).filter((each): each is [string, Plain] => each[1] !== undefined);
}

function scalar(value: unknown, type: Quotes): string {
  const node = new Scalar(value);
  if (typeof value === "string") node.type = type;
  const document = new Document([node]);
  if (isSeq(document.contents)) document.contents.flow = true;
  return document.toString({ lineWidth: 0, flowCollectionPadding: false }).trim().slice(1, -1);
}
