import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { type Change, editYaml } from "../../../input/edit/editYaml";
import type { Plain } from "../../../input/edit/render";

const set = (path: Change["path"], value: Plain): Change => ({ kind: "set", path, value });
const append = (path: Change["path"], value: Plain): Change => ({ kind: "append", path, value });
const remove = (...path: Change["path"]): Change => ({ kind: "remove", path });

/** A name, the text before, the change, the text after. */
type Row = readonly [string, string, Change, string];

describe("an edited text differs only in the change", () => {
  const rows: readonly Row[] = [
    ["a flow list", "c:  [KMD, LTC]  # two\n", append(["c"], "KV"), "c:  [KMD, LTC, KV]  # two\n"],
    ["an empty flow list", "c: []\n", append(["c"], "KV"), "c: [KV]\n"],
    ["a flow list with spaces", "c: [ KMD ]\n", append(["c"], "KV"), "c: [ KMD, KV ]\n"],
    ["double quotes", 'c: ["KMD", "LTC"]\n', append(["c"], "KV"), 'c: ["KMD", "LTC", "KV"]\n'],
    ["single quotes", "c: ['KMD']", append(["c"], "KV"), "c: ['KMD', 'KV']"],
    ["a comma at the end", "c: [KMD,]\n", append(["c"], "KV"), "c: [KMD, KV,]\n"],
    [
      "a flow list with lines",
      "c:\n  [\n    KMD, # one\n    LTC # two\n  ]\n",
      append(["c"], "KV"),
      "c:\n  [\n    KMD, # one\n    LTC, # two\n    KV\n  ]\n",
    ],
    [
      "lines and a comma at the end",
      "c:\n  [\n    KMD,\n    LTC, # two\n  ]\n",
      append(["c"], "KV"),
      "c:\n  [\n    KMD,\n    LTC, # two\n    KV,\n  ]\n",
    ],
    ["a block list", "c:\n  - KMD # one\nd: 1\n", append(["c"], "KV"), "c:\n  - KMD # one\n  - KV\nd: 1\n"],
    ["a block list without indentation", "c:\n- KMD\nd: 1\n", append(["c"], "KV"), "c:\n- KMD\n- KV\nd: 1\n"],
    ["no line end", "c:\n  - KMD", append(["c"], "KV"), "c:\n  - KMD\n  - KV"],
    ["line ends of Windows", "c:\r\n  - KMD\r\n", append(["c"], "KV"), "c:\r\n  - KMD\r\n  - KV\r\n"],
    [
      "Windows and no line end",
      "a: 1\r\nc:\r\n  - KMD",
      append(["c"], "KV"),
      "a: 1\r\nc:\r\n  - KMD\r\n  - KV",
    ],
    [
      "mappings in a block",
      "c:\n  - symbol: A\n    p: { x: 1 } # last\n\ns: 1\n",
      append(["c"], { symbol: "B", p: { x: 2 }, n: [1, 2] }),
      "c:\n  - symbol: A\n    p: { x: 1 } # last\n  - symbol: B\n    p: { x: 2 }\n    n: [1, 2]\n\ns: 1\n",
    ],
    [
      "mappings in braces",
      "c:\n  - { name: a }\n",
      append(["c"], { name: "b", l: ["x, y"] }),
      'c:\n  - { name: a }\n  - { name: b, l: ["x, y"] }\n',
    ],
    ["JSON", '{\n\t"c": ["A"]\n}\n', set(["d"], "x"), '{\n\t"c": ["A"],\n\t"d": "x"\n}\n'],
    ["a new key of braces", "n: { a: 1 }\n", set(["n", "d"], { L: "K" }), "n: { a: 1, d: { L: K } }\n"],
    [
      "a new key of a list's item",
      "n:\n  - a: 1\n    b: 2\n",
      set(["n", 0, "d"], { L: "K" }),
      "n:\n  - a: 1\n    b: 2\n    d: { L: K }\n",
    ],
    [
      "a list that is not there",
      "config:\n  a: 1\nsalt: x\n",
      append(["config", "nodes"], { name: "e" }),
      "config:\n  a: 1\n  nodes:\n    - { name: e }\nsalt: x\n",
    ],
    [
      "a key without a value",
      "n:\n  d:\n  e: 1\n",
      set(["n", "d"], { L: "K" }),
      "n:\n  d: { L: K }\n  e: 1\n",
    ],
    ["another value", "n: &n  'x' # it\nm: 1\n", set(["n"], "it's"), "n: &n  'it''s' # it\nm: 1\n"],
    ["an item of a list", "c: [KMD, LTC]\n", set(["c", 1], { LTC: "beta" }), "c: [KMD, { LTC: beta }]\n"],
    [
      "an item of a block",
      "c:\n  - KMD\n  - LTC # l\n",
      set(["c", 1], { LTC: "b" }),
      "c:\n  - KMD\n  - { LTC: b } # l\n",
    ],
    ["an item of a pair", "c: [KMD, LTC: beta]\n", set(["c", 1], "LTC"), "c: [KMD, LTC]\n"],
    [
      "a block literal before",
      "a: |\n  x\n  y\n\nb:\n  - |\n    k\n",
      append(["b"], "z"),
      "a: |\n  x\n  y\n\nb:\n  - |\n    k\n  - z\n",
    ],
    ["the last of a flow list", "c: [KMD, LTC]\n", remove("c", 1), "c: [KMD]\n"],
    ["the first of a flow list", "c: [KMD, LTC]\n", remove("c", 0), "c: [LTC]\n"],
    ["the only one of a flow list", "c: [ KMD ]\n", remove("c", 0), "c: []\n"],
    ["a middle one", "c: [KMD, LTC, BEER]\n", remove("c", 1), "c: [KMD, BEER]\n"],
    [
      "a line of a flow list",
      "c: [\n  A, # a\n  B, # b\n  C # c\n]\n",
      remove("c", 1),
      "c: [\n  A, # a\n  C # c\n]\n",
    ],
    ["the last line of a flow list", "c: [\n  A, # a\n  C # c\n]\n", remove("c", 1), "c: [\n  A # a\n]\n"],
    ["a key of braces", "n: { a: 1, d: { L: K }, e: 2 }\n", remove("n", "d"), "n: { a: 1, e: 2 }\n"],
    ["a line of a block", "c:\n  # above\n  - A # a\n  - B\n", remove("c", 0), "c:\n  # above\n  - B\n"],
    ["the last line without an end", "c:\n  - A\n  - B", remove("c", 1), "c:\n  - A"],
    ["the first key of an item", "c:\n  - a: 1\n    b: 2\n", remove("c", 0, "a"), "c:\n  - b: 2\n"],
    [
      "an item of many lines",
      "c:\n  - a: 1\n    b:\n      - x\n  - a: 2\n",
      remove("c", 0),
      "c:\n  - a: 2\n",
    ],
    ["beside anchors", "x: &l [A]\ny: *l\nc: [*l, B]\n", remove("c", 1), "x: &l [A]\ny: *l\nc: [*l]\n"],
    ["with an anchor on an item", "c: [&a A, B]\n", remove("c", 0), "c: [B]\n"],
    ["a byte order mark", "\uFEFFc: [A]\n", append(["c"], "B"), "\uFEFFc: [A, B]\n"],
    ["other letters", "# ✓ 🙂\nc: [é] # 🙂\n", append(["c"], "B"), "# ✓ 🙂\nc: [é, B] # 🙂\n"],
  ];

  test.each(rows)("%s", (_, before, change, after) => {
    expect(editYaml("f.yaml", before, [change])).toBe(after);
  });

  test("wraps what is too wide for a line", () => {
    const nodes = Array.from({ length: 12 }, (_, index) => `198.51.100.${index}`);
    const after = editYaml("f.yaml", "c:\n  - { s: A }\n", [append(["c"], { s: "B", nodes })]);
    expect(after).toBe(
      `c:\n  - { s: A }\n  - s: B\n    nodes:\n${nodes.map((node) => `      - ${node}\n`).join("")}`,
    );
  });
});

describe("a change is refused", () => {
  test.each([
    [
      "where an alias repeats the value",
      "a: &c [A]\nb: *c\n",
      append(["a"], "B"),
      "f.yaml:1:7: a cannot be changed",
    ],
    [
      "where the value is an alias's",
      "a: &c [A]\nb: *c\n",
      append(["b"], "B"),
      "f.yaml:2:4: b cannot be changed",
    ],
    [
      "inside of what is repeated",
      "a: &c { x: [A] }\nb: *c\n",
      remove("b", "x", 0),
      "f.yaml:1:13: b.x[0] cannot be",
    ],
    ["where an alias needs it", "a: &c A\nb: *c\n", remove("a"), "f.yaml:1:7: a cannot be changed"],
    ["where nothing is", "a: 1\n", remove("b"), "f.yaml:1:1: b cannot be changed"],
    ["in what is no YAML", "a: [\n", remove("a"), "this is not YAML"],
  ])("%s", (_, text, change, message) => {
    expect(() => editYaml("f.yaml", text, [change])).toThrow(message);
  });
});

describe("in any layout", () => {
  const word = fc.constantFrom("KMD", "LTC", "x y", "it's", "12", "a, b", "#c", "no", "é🙂", "");
  const comment = fc.constantFrom("", " # c", "  # [a, {b", " # 'q\" 🙂");
  const blank = fc.constantFrom("", "\n", "  # own line\n");
  const quote = fc.constantFrom("'", '"');
  const value = fc.oneof(word, fc.record({ name: word, list: fc.array(word, { maxLength: 3 }) }));

  const quoted = (text: string, mark: string) =>
    mark === '"' ? JSON.stringify(text) : `'${text.replaceAll("'", "''")}'`;
  const layout = fc.record({
    items: fc.array(fc.record({ text: word, comment, blank, quote, inner: fc.boolean() }), {
      minLength: 1,
      maxLength: 5,
    }),
    kind: fc.constantFrom("block", "flow", "lines"),
    comma: fc.boolean(),
    tail: fc.constantFrom("", "after: 1 # last\n", "# end"),
    isDos: fc.boolean(),
    hasEnd: fc.boolean(),
  });

  /** A list at `top.list`, among other values. */
  function text({
    items,
    kind,
    comma,
    tail,
    isDos,
    hasEnd,
  }: typeof layout extends fc.Arbitrary<infer T> ? T : never) {
    const inner = (item: (typeof items)[number]) =>
      item.inner ? `{ name: ${quoted(item.text, item.quote)}, n: [1, 2] }` : quoted(item.text, item.quote);
    const last = comma ? "," : "";
    const list =
      kind === "block"
        ? `\n${items.map((item) => `${item.blank}    - ${inner(item)}${item.comment}\n`).join("")}`
        : kind === "flow"
          ? ` [${items.map(inner).join(", ")}${last}]${items[0]?.comment ?? ""}\n`
          : `\n    [\n${items
              .map((item, index) => {
                const end = index < items.length - 1 ? "," : last;
                return `${item.blank}      ${inner(item)}${end}${item.comment}\n`;
              })
              .join("")}    ]\n`;
    const all = `# top 🙂\nother: &o { a: 1 }\ntop:\n  again: *o\n  list:${list}${tail}`;
    const ended = hasEnd ? all : all.replace(/\n$/, "");
    return isDos ? ended.replaceAll("\n", "\r\n") : ended;
  }

  test("what is added and removed again leaves the text as it was", () => {
    fc.assert(
      fc.property(layout, value, (drawn, added) => {
        const before = text(drawn);
        const after = editYaml("f", before, [append(["top", "list"], added)]);
        expect(parse(after)).toEqual({
          ...parse(before),
          top: { ...parse(before).top, list: [...parse(before).top.list, added] },
        });
        expect(isSubsequence(before, after)).toBe(true);
        expect(editYaml("f", after, [remove("top", "list", drawn.items.length)])).toBe(before);
      }),
      { numRuns: 500 },
    );
  });

  test("what is removed takes nothing else with it", () => {
    fc.assert(
      fc.property(layout, fc.nat(), (drawn, drawnIndex) => {
        const before = text(drawn);
        const index = drawnIndex % drawn.items.length;
        const after = editYaml("f", before, [remove("top", "list", index)]);
        const value = parse(before);
        value.top.list.splice(index, 1);
        expect(parse(after)).toEqual(value);
        expect(isSubsequence(after.replace(/\[\](?=\s*(#.*)?$)/m, ""), before)).toBe(true);
        const kept = drawn.items.filter((_, at) => at !== index).map(({ comment: each }) => each.trim());
        if (drawn.kind !== "flow") for (const each of kept) expect(after).toContain(each);
      }),
      { numRuns: 500 },
    );
  });

  test("a value is exchanged in its place", () => {
    fc.assert(
      fc.property(layout, fc.nat(), value, (drawn, drawnIndex, put) => {
        const before = text(drawn);
        const index = drawnIndex % drawn.items.length;
        const after = editYaml("f", before, [set(["top", "list", index], put)]);
        const wanted = parse(before);
        wanted.top.list[index] = put;
        expect(parse(after)).toEqual(wanted);
        const [start, end] = [commonStart(before, after), commonStart(reversed(before), reversed(after))];
        // All that differs is in one place, and that is no longer than the two values.
        expect(before.length - start - end).toBeLessThanOrEqual(
          JSON.stringify(parse(before).top.list[index]).length + 20,
        );
      }),
      { numRuns: 500 },
    );
  });
});

describe("in the project's own files", () => {
  const files = ["assetchains.yaml", "Pulumi.dev.yaml"].map((name) => {
    return [name, readFileSync(join(__dirname, "..", "..", "..", name), "utf8")] as const;
  });

  /** The paths of all items of lists and of all keys in a value. */
  function pathsIn(
    value: unknown,
    path: readonly (string | number)[] = [],
  ): (readonly (string | number)[])[] {
    if (typeof value !== "object" || value === null) return [];
    const keys = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
    return keys.flatMap((key) => [[...path, key], ...pathsIn(Reflect.get(value, key), [...path, key])]);
  }

  test.each(files)("%s: anything can be taken out, and takes nothing else with it", (name, text) => {
    fc.assert(
      fc.property(fc.constantFrom(...pathsIn(parse(text))), fc.boolean(), (path, isDos) => {
        const before = isDos ? text.replaceAll("\n", "\r\n") : text;
        const after = editYaml(name, before, [remove(...path)]);
        // Of a list or mapping that is empty then, brackets remain.
        expect(isSubsequence(after.replaceAll(/(\[\]|\{\})/g, ""), before)).toBe(true);
        const comments = (of: string): string[] => of.match(/^ *# .*$/gm) ?? [];
        expect(comments(after).every((line) => before.includes(line))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test.each(files)("%s: what is added anywhere and taken out again leaves all bytes", (name, text) => {
    const places = pathsIn(parse(text)).flatMap((path): Change[] => {
      const value = path.reduce<unknown>((owner, key) => Reflect.get(Object(owner), key), parse(text));
      if (Array.isArray(value) && value.length > 0) return [append(path, { new: ["it's", 1] })];
      return typeof value === "object" && value !== null && !Array.isArray(value)
        ? [set([...path, "new"], { a: "b c" })]
        : [];
    });
    fc.assert(
      fc.property(fc.constantFrom(...places), (change) => {
        const after = editYaml(name, text, [change]);
        expect(isSubsequence(text, after)).toBe(true);
        const list = change.path.reduce<unknown>(
          (owner, key) => Reflect.get(Object(owner), key),
          parse(after),
        );
        const added = change.kind === "append" ? [...change.path, Object(list).length - 1] : change.path;
        expect(editYaml(name, after, [remove(...added)])).toBe(text);
      }),
      { numRuns: 60 },
    );
  });
});

function isSubsequence(short: string, long: string): boolean {
  let at = 0;
  for (const letter of long) if (short.startsWith(letter, at)) at += letter.length;
  return at === short.length;
}

function commonStart(one: string, other: string): number {
  let at = 0;
  while (at < Math.min(one.length, other.length) && one[at] === other[at]) at++;
  return at;
}

function reversed(text: string): string {
  return [...text].reverse().join("");
}
