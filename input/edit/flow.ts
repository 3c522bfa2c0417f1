import { isPair, type Node, type YAMLMap, type YAMLSeq } from "yaml";
import { isFirstInLine, lineBreak, lineEnd, lineStart, type Splice, skipBlank } from "./lines";

/** A list or mapping between brackets. */
type Flow = YAMLMap | YAMLSeq;

interface Item {
  readonly start: number;
  readonly end: number;
  /** Index of the comma after it, if there is one. */
  readonly comma: number | undefined;
}

/** Adds an item or pair at the end. It gets a line of its own if the last one has one. */
export function appendToFlow(text: string, flow: Flow, added: string): Splice[] {
  const [open = 0, end = 0] = flow.range ?? [];
  const last = itemsOf(text, flow).at(-1);
  if (last === undefined) {
    const isBlank = text.slice(open + 1, end - 1).trim() === "";
    const padding = text[open] === "{" ? " " : "";
    return [{ start: isBlank ? open + 1 : end - 1, end: end - 1, text: `${padding}${added}${padding}` }];
  }
  const after = last.comma === undefined ? last.end : last.comma + 1;
  if (!isFirstInLine(text, last.start)) {
    return [{ start: after, end: after, text: last.comma === undefined ? `, ${added}` : ` ${added},` }];
  }
  const indent = text.slice(lineStart(text, last.start), last.start);
  const comment = /^[ \t]*#[^\r\n]*/.exec(text.slice(after))?.[0] ?? "";
  const line = `${lineBreak(text)}${indent}${added}`;
  const at = after + comment.length;
  if (last.comma !== undefined) return [{ start: at, end: at, text: `${line},` }];
  if (comment === "") return [{ start: at, end: at, text: `,${line}` }];
  return [
    { start: after, end: after, text: "," },
    { start: at, end: at, text: line },
  ];
}

/** Removes an item or pair. If it has lines of its own, they go with the comment at their end. */
export function removeFromFlow(text: string, flow: Flow, index: number): Splice[] {
  const items = itemsOf(text, flow);
  const [open = 0, close = 0] = flow.range ?? [];
  const [item, previous, next] = [items[index], items[index - 1], items[index + 1]];
  if (item === undefined) return [];
  const after = item.comma === undefined ? item.end : item.comma + 1;
  const rest = text.slice(after, lineEnd(text, after)).trim();
  if (isFirstInLine(text, item.start) && (rest === "" || rest.startsWith("#"))) {
    const lines = { start: lineStart(text, item.start), end: lineEnd(text, after), text: "" };
    if (item.comma !== undefined || previous?.comma === undefined) return [lines];
    return [{ start: previous.comma, end: previous.comma + 1, text: "" }, lines];
  }
  if (previous !== undefined) return [{ start: previous.end, end: item.end, text: "" }];
  if (next === undefined) return [{ start: open + 1, end: close - 1, text: "" }];
  const isOneLine = !text.slice(item.start, next.start).includes("\n");
  return [{ start: item.start, end: isOneLine ? next.start : after, text: "" }];
}

function itemsOf(text: string, flow: Flow): Item[] {
  let at = (flow.range?.[0] ?? 0) + 1;
  return flow.items.map((each) => {
    const start = skipBlank(text, at);
    const end = endOf(each);
    const next = skipBlank(text, end);
    const comma = text[next] === "," ? next : undefined;
    at = (comma ?? next) + (comma === undefined ? 0 : 1);
    return { start, end, comma };
  });
}

function endOf(item: unknown): number {
  if (!isPair<Node, Node | null>(item)) return nodeEnd(item);
  return Math.max(nodeEnd(item.key), nodeEnd(item.value));
}

function nodeEnd(node: unknown): number {
  const range = Object(node)?.range;
  return Array.isArray(range) ? Number(range[1]) : 0;
}
