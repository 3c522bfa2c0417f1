import {
  type Document,
  type ErrorCode,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  type ParsedNode,
  parseDocument,
  visit,
} from "yaml";
import type { Position, Problem } from "./problem";

/** Keys and indexes from the top of a file to a value in it. */
export type Path = readonly (string | number)[];

/** A part of a text, as indexes of a JavaScript string. `end` is the index after its last character. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

interface Located {
  /** The value. If the path leads to nothing, it is the last value on the way. */
  readonly node: Node | null;
  readonly key: Node | undefined;
  /** Whether the path leads to a value. */
  readonly whole: boolean;
}

export interface ParsedSource {
  /** Absent if the text cannot be read at all. A text with repeated keys has both a source and problems. */
  readonly source?: YamlSource | undefined;
  readonly problems: readonly Problem[];
}

/** A YAML (or JSON) text that remembers where each of its values stands. */
export class YamlSource {
  private constructor(
    readonly file: string,
    readonly value: unknown,
    private readonly document: Document.Parsed<ParsedNode>,
    private readonly lines: LineCounter,
  ) {}

  /**
   * Reads a text that is a mapping with plain keys.
   * @param file name of the text in messages
   */
  static parse(file: string, text: string): ParsedSource {
    const lines = new LineCounter();
    const at = (offset: number): Position => {
      // For an empty text the counter answers line 0.
      const { line, col } = lines.linePos(offset);
      return { file, line: Math.max(1, line), column: Math.max(1, col) };
    };
    const document = parseDocument(text, {
      lineCounter: lines,
      prettyErrors: false,
      stringKeys: true,
      uniqueKeys: false,
    });
    const wrong = [...document.errors, ...document.warnings].map(({ code, pos }) => {
      return { message: syntaxMessage(code), position: at(pos[0]) };
    });
    if (wrong.length > 0) {
      return { problems: wrong };
    }
    const top = document.contents;
    if (top === null || (isScalar(top) && top.value === null)) {
      return { problems: [{ message: "the file is empty", position: at(0) }] };
    }
    if (!isMap(top)) {
      const found = isSeq(top) ? "a list" : "a single value";
      return {
        problems: [{ message: `the file must be a mapping; found ${found}`, position: at(top.range[0]) }],
      };
    }
    const value = resolveAliases(document);
    if (value === undefined) {
      return {
        problems: [
          {
            message: "an alias (*name) has no anchor (&name), or there are too many aliases",
            position: at(0),
          },
        ],
      };
    }
    return { source: new YamlSource(file, value, document, lines), problems: repeatedKeys(document, at) };
  }

  /** The value at a path; undefined if there is none. */
  at(path: Path): unknown {
    let value = this.value;
    for (const segment of path) {
      value = isRecord(value) || Array.isArray(value) ? Reflect.get(value, segment) : undefined;
    }
    return value;
  }

  /** The position of a value, or of its key. If the path leads to nothing, it is that of the last value on the way. */
  position(path: Path, at: "key" | "value" = "value"): Position {
    const { node, key } = this.locate(path);
    const { line, col } = this.lines.linePos((at === "key" ? (key ?? node) : node)?.range?.[0] ?? 0);
    return { file: this.file, line, column: col };
  }

  /**
   * The part of the text that a single value takes up, with its quotes and without its anchor. For an alias it is the
   * value at the anchor. Undefined if the path leads to nothing, to a mapping or to a list.
   */
  span(path: Path): Span | undefined {
    const { node, whole } = this.locate(path);
    const value = isAlias(node) ? node.resolve(this.document) : node;
    if (!whole || !isScalar(value) || !value.range) return undefined;
    const [start, end] = value.range;
    return { start, end };
  }

  private locate(path: Path): Located {
    let node: Node | null | undefined = this.document.contents;
    let key: Node | undefined;
    for (const segment of path) {
      const parent: Node | null | undefined = isAlias(node) ? node.resolve(this.document) : node;
      let next: Node | null | undefined;
      key = undefined;
      if (isMap<Node, Node | null>(parent)) {
        const pair: Pair<Node, Node | null> | undefined = parent.items.findLast(
          (item) => isScalar(item.key) && item.key.value === segment,
        );
        next = pair?.value ?? pair?.key;
        key = pair?.key;
      } else if (isSeq<Node>(parent) && typeof segment === "number") {
        next = parent.items[segment];
      }
      if (!next) {
        return { node, key, whole: false };
      }
      node = next;
    }
    return { node, key, whole: true };
  }
}

/** Whether a value is a mapping. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function resolveAliases(document: Document.Parsed<ParsedNode>): unknown {
  try {
    return document.toJS();
  } catch {
    return undefined;
  }
}

function repeatedKeys(document: Document.Parsed<ParsedNode>, at: (offset: number) => Position): Problem[] {
  const problems: Problem[] = [];
  visit(document, {
    Map(_, map) {
      const first = new Map<unknown, Position>();
      for (const { key } of map.items) {
        if (!isScalar(key)) {
          continue;
        }
        const position = at(key.range?.[0] ?? 0);
        const earlier = first.get(key.value);
        if (earlier) {
          const message = `the key "${String(key.value)}" is here twice, first on line ${earlier.line}; remove one of them`;
          problems.push({ message, position });
        } else {
          first.set(key.value, position);
        }
      }
    },
  });
  return problems;
}

/** A message of our own for a syntax error. The parser's message quotes the text, which may hold a secret. */
function syntaxMessage(code: ErrorCode): string {
  switch (code) {
    case "TAB_AS_INDENT":
      return "this is not YAML: a tab indents this line; use spaces";
    case "BAD_INDENT":
      return "this is not YAML: the indentation of this line fits no line above it";
    case "MISSING_CHAR":
      return "this is not YAML: a colon, comma, quote or bracket is missing here";
    case "MULTIPLE_DOCS":
      return "a second document starts here; the file may hold only one";
    case "NON_STRING_KEY":
      return "a key must be a plain word or a quoted string";
    case "TAG_RESOLVE_FAILED":
      return "a tag (!name) has no meaning here; remove it";
    default:
      return `this is not YAML (${code.toLowerCase().replaceAll("_", " ")})`;
  }
}
