/**
 * A JSON reader that keeps every key of an object in its order, and numbers as they are written. It shares no code with
 * the filter. Daemons take the first of two equal keys (docs/internals/domain.md, how a daemon reads a call), and
 * JSON.parse takes the last.
 */
export type Read =
  | null
  | boolean
  | string
  | { number: string }
  | { list: Read[] }
  | { pairs: [string, Read][] };

export function readAll(text: string): Read {
  let at = 0;
  const blank = /[ \t\r\n]*/y;
  const token = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|"(?:[^"\\]|\\.)*"|[[\]{}:,]/sy;
  const next = (): string => {
    blank.lastIndex = at;
    blank.exec(text);
    token.lastIndex = blank.lastIndex;
    const [found] = token.exec(text) ?? [""];
    at = token.lastIndex;
    return found;
  };
  const peek = (): string => {
    const before = at;
    const found = next();
    at = before;
    return found;
  };
  const need = (what: string): void => {
    if (next() !== what) throw new Error(`${what} is missing`);
  };
  const series = (end: string, one: () => void): void => {
    if (peek() === end) {
      need(end);
      return;
    }
    for (;;) {
      one();
      const found = next();
      if (found === end) return;
      if (found !== ",") throw new Error("a comma is missing");
    }
  };
  const textOf = (literal: string): string => {
    const value: unknown = literal.startsWith('"') ? JSON.parse(literal) : undefined;
    if (typeof value !== "string") throw new Error("a text is missing");
    return value;
  };
  const value = (): Read => {
    const found = next();
    if (found === "{") {
      const pairs: [string, Read][] = [];
      series("}", () => {
        const key = textOf(next());
        need(":");
        pairs.push([key, value()]);
      });
      return { pairs };
    }
    if (found === "[") {
      const list: Read[] = [];
      series("]", () => list.push(value()));
      return { list };
    }
    if (found === "true" || found === "false") return found === "true";
    if (found === "null") return null;
    if (/^[-\d]/.test(found)) return { number: found };
    return textOf(found);
  };
  const result = value();
  if (text.slice(at).trim() !== "") throw new Error("something follows");
  return result;
}

/** How a reader picks one of two equal keys. */
export type Pick = "first" | "last";

/** What such a reader takes the value for. Equal results are equal values. */
export function seenBy(pick: Pick, value: Read): unknown {
  if (value === null || typeof value !== "object" || "number" in value) return value;
  if ("list" in value) return { list: value.list.map((item) => seenBy(pick, item)) };
  const members = new Map<string, unknown>();
  for (const [key, member] of value.pairs)
    if (pick === "last" || !members.has(key)) members.set(key, seenBy(pick, member));
  return { members: [...members].sort(([a], [b]) => (a < b ? -1 : 1)) };
}

/** What such a reader takes for the member of an object; undefined where there is none. */
export function member(pick: Pick, value: Read, key: string): Read | undefined {
  if (value === null || typeof value !== "object" || !("pairs" in value)) return undefined;
  const found = value.pairs.filter(([name]) => name === key);
  return (pick === "first" ? found.at(0) : found.at(-1))?.[1];
}

/** The calls of a request: those of a batch, or the one that it is. */
export function callsOf(value: Read): Read[] {
  return value !== null && typeof value === "object" && "list" in value ? value.list : [value];
}

/** Whether some object in it has a key twice. */
export function hasTwice(value: Read): boolean {
  if (value === null || typeof value !== "object" || "number" in value) return false;
  if ("list" in value) return value.list.some(hasTwice);
  const keys = value.pairs.map(([key]) => key);
  return new Set(keys).size < keys.length || value.pairs.some(([, item]) => hasTwice(item));
}
