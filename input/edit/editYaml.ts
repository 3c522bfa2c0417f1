import { isDeepStrictEqual } from "node:util";
import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type ParsedNode,
  parseDocument,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import { ProblemsError } from "../problem";
import { isRecord, type Path, YamlSource } from "../source";
import { pathText } from "../wording";
import { appendToBlock, columnOf, endOf, removeFromBlock } from "./block";
import { appendToFlow, removeFromFlow } from "./flow";
import { type Splice, spliced } from "./lines";
import { inline, itemLines, type Plain, pair, pairLines, type Style, styleOf } from "./render";

/** A change of a file's value. */
export type Change =
  /** Gives a key or an item of a list another value. A key that is not there comes last. */
  | { readonly kind: "set"; readonly path: Path; readonly value: Plain }
  /** Adds an item to a list, which is made if it is not there. */
  | { readonly kind: "append"; readonly path: Path; readonly value: Plain }
  /** Takes away a key or an item that is there. */
  | { readonly kind: "remove"; readonly path: Path };

/**
 * Changes a text in YAML or JSON and leaves every byte alone that does not belong to a change: comments, order, quotes,
 * anchors and line ends stay. What is added looks like its neighbours. The changes are made one after the other.
 *
 * Throws, with the place, if a change is not possible without another one, such as of a value that an alias repeats.
 * After each change the text is read again, and has to have the wanted value.
 *
 * @param file name of the text in messages
 */
export function editYaml(file: string, text: string, changes: readonly Change[]): string {
  return changes.reduce((result, change) => changed(file, result, change), text);
}

function changed(file: string, text: string, change: Change): string {
  const document = parsed(text);
  const before = document === undefined ? undefined : plainValue(document);
  if (document === undefined || before === undefined) {
    throw new ProblemsError(YamlSource.parse(file, text).problems, "nothing was changed");
  }
  const splices = plan(document, text, change);
  const after = splices === undefined ? undefined : spliced(text, splices);
  const reread = after === undefined ? undefined : parsed(after);
  if (
    after === undefined ||
    reread === undefined ||
    !isDeepStrictEqual(plainValue(reread), expected(before, change))
  ) {
    throw new ProblemsError([refusal(file, text, change)], "nothing was changed");
  }
  return after;
}

function refusal(file: string, text: string, { path }: Change) {
  const message =
    `${pathText(path)} cannot be changed without a change of something else: an alias (*name) or an anchor (&name) ` +
    "shares its value, or it is written in an unusual form. Write its value out, and run this again, or change it by hand";
  return { message, position: YamlSource.parse(file, text).source?.position(path) };
}

function parsed(text: string): Document.Parsed<ParsedNode> | undefined {
  const document = parseDocument(text, { keepSourceTokens: true, stringKeys: true, uniqueKeys: false });
  return document.errors.length > 0 ? undefined : document;
}

/** The value of a document, in which what an alias repeats is there twice. */
function plainValue(document: Document.Parsed<ParsedNode>): unknown {
  try {
    return JSON.parse(JSON.stringify(document.toJS()));
  } catch {
    return undefined;
  }
}

/** What the value has to be after the change. */
function expected(before: unknown, { path, ...change }: Change): unknown {
  const value = structuredClone(before);
  const [key, owner] = [path.at(-1) ?? "", at(value, path.slice(0, -1))];
  const there = at(owner, [key]);
  if (change.kind === "remove") {
    if (Array.isArray(owner)) owner.splice(Number(key), 1);
    else if (isRecord(owner)) delete owner[key];
  } else if (change.kind === "append" && Array.isArray(there)) {
    there.push(plain(change.value));
  } else if (isRecord(owner) || Array.isArray(owner)) {
    Reflect.set(owner, key, plain(change.kind === "append" ? [change.value] : change.value));
  }
  return value;
}

function plain(value: Plain): unknown {
  return JSON.parse(JSON.stringify(value));
}

function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((owner, key) => {
    return isRecord(owner) || Array.isArray(owner) ? Reflect.get(owner, key) : undefined;
  }, value);
}

/** What to change in the text; undefined if that is not known. */
function plan(
  document: Document.Parsed<ParsedNode>,
  text: string,
  { path, ...change }: Change,
): Splice[] | undefined {
  const owner = locate(document.contents, path.slice(0, -1));
  const key = path.at(-1);
  if (!(isMap(owner) || isSeq(owner)) || key === undefined) return undefined;
  const index = isMap(owner)
    ? owner.items.findLastIndex((item) => isScalar(item.key) && item.key.value === key)
    : Number(key);
  const item = owner.items[index];
  if (change.kind === "remove") {
    if (item === undefined) return undefined;
    return owner.flow === true ? removeFromFlow(text, owner, index) : removeFromBlock(text, owner, index);
  }
  const there = locate(owner, [key]);
  if (change.kind === "append" && isSeq(there)) return append(text, there, change.value);
  const value = change.kind === "append" ? [change.value] : change.value;
  if (there !== undefined) return replace(there, value, styleOf(owner));
  return isMap(owner) ? addPair(text, owner, String(key), value) : undefined;
}

/** The node at a path. An alias on the way leads nowhere, because its value belongs to another place. */
function locate(top: unknown, path: Path): Node | undefined {
  const node = path.reduce<unknown>((owner, key) => {
    if (isMap(owner)) {
      const found = owner.items.findLast((item) => isScalar(item.key) && item.key.value === key);
      return found?.value;
    }
    return isSeq(owner) && typeof key === "number" ? owner.items[key] : undefined;
  }, top);
  return isAlias(node) || isScalar(node) || isCollection(node) ? node : undefined;
}

function append(text: string, list: YAMLSeq, value: Plain): Splice[] {
  const style = styleOf(list);
  if (list.flow === true) return appendToFlow(text, list, inline(value, style));
  const last = list.items.at(-1);
  const isBlock = isMap(last) && last.flow !== true;
  return appendToBlock(text, list, itemLines(value, style, isBlock, columnOf(text, list)));
}

function addPair(text: string, map: YAMLMap, key: string, value: Plain): Splice[] {
  const style = styleOf(map);
  const inner: Style = { key: style.key, value: style.key === "PLAIN" ? "PLAIN" : style.value };
  if (map.flow === true) return appendToFlow(text, map, pair(key, value, inner));
  return appendToBlock(text, map, pairLines(key, value, inner, columnOf(text, map)));
}

function replace(node: Node, value: Plain, style: Style): Splice[] {
  const own = isScalar(node) || isCollection(node) ? styleOf(node) : style;
  const kept = isScalar(node) && typeof node.value === "string" ? own : { ...style, value: own.value };
  const start = node.range?.[0] ?? 0;
  const end = endOf(node);
  const written = inline(value, isRecord(value) || Array.isArray(value) ? style : kept);
  return [{ start, end, text: start === end ? ` ${written}` : written }];
}
