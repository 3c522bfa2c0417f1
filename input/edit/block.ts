import { type CST, isCollection, isMap, isPair, isScalar, isSeq, type YAMLMap, type YAMLSeq } from "yaml";
import { isFirstInLine, lineBreak, lineEnd, lineStart, type Splice } from "./lines";

/** A list or mapping whose items have lines of their own. */
type Block = YAMLMap | YAMLSeq;

/** The column of the items, from 0. */
export function columnOf(text: string, block: Block): number {
  const [first = 0] = starts(block);
  return first - lineStart(text, first);
}

/** Adds lines, which have no indentation yet, after the last item and the comment at its end. */
export function appendToBlock(text: string, block: Block, lines: readonly string[]): Splice[] {
  const indent = " ".repeat(columnOf(text, block));
  const end = lineBreak(text);
  const at = lineEnd(text, endOf(block));
  const added = lines.map((line) => `${indent}${line}`).join(end);
  const isAfterLine = at === 0 || text[at - 1] === "\n";
  return [{ start: at, end: at, text: isAfterLine ? `${added}${end}` : `${end}${added}` }];
}

/** Removes an item with its lines, and with the comment at the end of the last one. */
export function removeFromBlock(text: string, block: Block, index: number): Splice[] {
  const all = starts(block);
  const [start, next] = [all[index], all[index + 1]];
  if (start === undefined) return [];
  const end = lineEnd(text, endOf(block.items[index]));
  if (all.length === 1) {
    const empty = isMap(block) ? "{}" : "[]";
    return [{ start, end: endOf(block.items[index]), text: empty }];
  }
  if (!isFirstInLine(text, start)) {
    return next === undefined ? [] : [{ start, end: next, text: "" }];
  }
  const first = lineStart(text, start);
  const isLastLine = text[end - 1] !== "\n";
  const before = isLastLine ? first - lineBreak(text).length : first;
  return [{ start: before, end, text: "" }];
}

/** Index after the last character of a value, of a pair, or of what is in a collection. */
export function endOf(item: unknown): number {
  if (isPair(item)) return Math.max(endOf(item.key), endOf(item.value));
  if (isCollection(item) && item.flow !== true && item.items.length > 0) return endOf(item.items.at(-1));
  if (isScalar(item) || isSeq(item) || isMap(item)) return item.range?.[1] ?? 0;
  const range = Object(item)?.range;
  return Array.isArray(range) ? Number(range[1]) : 0;
}

const MARKS: readonly string[] = ["seq-item-ind", "explicit-key-ind", "anchor", "tag"];

/** Where each item begins: at its dash, or at its key. */
function starts(block: Block): number[] {
  const token: CST.Token | undefined = block.srcToken;
  if (token?.type === "block-seq") {
    const items = token.items.map(({ start }) => start.find(({ type }) => type === "seq-item-ind")?.offset);
    return items.filter((offset) => offset !== undefined);
  }
  if (token?.type !== "block-map") return [];
  return token.items.flatMap(({ start, key, sep }) => {
    const mark = start.find(({ type }) => MARKS.includes(type))?.offset ?? key?.offset;
    return mark === undefined || (key === undefined && sep === undefined) ? [] : [mark];
  });
}
