import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { formatProblems, ProblemsError } from "../../input/problem";
import { checkShape, type ShapeOptions } from "../../input/shape";
import { type ParsedSource, YamlSource } from "../../input/source";

function sourceOf(text: string): YamlSource {
  const { source, problems }: ParsedSource = YamlSource.parse("stack.yaml", text);
  if (!source) {
    throw new ProblemsError(problems);
  }
  return source;
}

function shapeProblems(text: string, schema: z.ZodType, options?: ShapeOptions): string[] {
  return formatProblems(checkShape(sourceOf(text), schema, options).problems)
    .split("\n")
    .slice(0, -1);
}

const host = z.strictObject({
  name: z.string().min(2),
  port: z.int().max(65535).default(1),
  kind: z.enum(["docker", "kubernetes"]).optional(),
  tags: z.array(z.string()).max(1).optional(),
  labels: z.record(z.string().regex(/^[a-z]+$/, "a word in lower case"), z.string()).optional(),
  rotation: z.union([z.string(), z.number()]).optional(),
  address: z.ipv4("an IPv4 address").optional(),
});
const stack = z.strictObject({
  hosts: z.array(host),
  passphrases: z.record(z.string(), z.string()).optional(),
});

describe("checkShape", () => {
  test.each<[string, string, string[]]>([
    ["another type", "hosts: 5", ["stack.yaml:1:8: hosts must be a list; found 5"]],
    [
      "a missing key",
      "hosts:\n  - port: 5",
      ['stack.yaml:2:5: hosts[0] lacks "name", which must be a string'],
    ],
    [
      "an empty value",
      "hosts:\n  - name:\n",
      ["stack.yaml:2:10: hosts[0].name must be a string; found nothing"],
    ],
    [
      "a short string",
      "hosts: [{ name: a }]",
      ['stack.yaml:1:17: hosts[0].name must be at least 2 characters long; found "a"'],
    ],
    [
      "a fraction",
      "hosts: [{ name: ab, port: 1.5 }]",
      ["stack.yaml:1:27: hosts[0].port must be a whole number; found 1.5"],
    ],
    [
      "a large number",
      "hosts: [{ name: ab, port: 70000 }]",
      ["stack.yaml:1:27: hosts[0].port must be at most 65535; found 70000"],
    ],
    [
      "none of the choices",
      "hosts: [{ name: ab, kind: podman }]",
      ['stack.yaml:1:27: hosts[0].kind must be "docker" or "kubernetes"; found "podman"'],
    ],
    [
      "a long list",
      "hosts: [{ name: ab, tags: [a, b] }]",
      ["stack.yaml:1:27: hosts[0].tags must be a list of at most 1; found a list"],
    ],
    [
      "a wrong key of a free mapping",
      "hosts: [{ name: ab, labels: { A: b } }]",
      ['stack.yaml:1:31: the key "A" in hosts[0].labels must be a word in lower case'],
    ],
    [
      "none of two types",
      "hosts: [{ name: ab, rotation: [] }]",
      ["stack.yaml:1:31: hosts[0].rotation must be a string or a number; found an empty list"],
    ],
    [
      "what a schema has words for",
      "hosts: [{ name: ab, address: here }]",
      ['stack.yaml:1:30: hosts[0].address must be an IPv4 address; found "here"'],
    ],
    [
      "an unknown key with few known",
      "host: []\nhosts: []",
      ['stack.yaml:1:1: unknown key "host" in the file; did you mean "hosts"?'],
    ],
    [
      "an unknown key near none",
      "hosts: []\nvolumes: 1",
      ['stack.yaml:2:1: unknown key "volumes" in the file; known are hosts, passphrases'],
    ],
    [
      "an unknown key deep down",
      "hosts:\n  - name: ab\n    prot: 1",
      ['stack.yaml:3:5: unknown key "prot" in hosts[0]; did you mean "port"?'],
    ],
  ])("reports what is allowed and what was found: %s", (_, text, messages) => {
    expect(shapeProblems(text, stack)).toEqual(messages);
  });

  test("returns the value with its defaults when there is no problem", () => {
    expect(checkShape(sourceOf("hosts: [{ name: ab }]"), stack)).toEqual({
      value: { hosts: [{ name: "ab", port: 1 }] },
      problems: [],
    });
  });

  test("checks a part of a source and reports positions in the whole", () => {
    const options = { at: ["config", "dokomodo:hosts"] };

    expect(shapeProblems("config:\n  dokomodo:hosts:\n    - name: 5\n", z.array(host), options)).toEqual([
      "stack.yaml:3:13: config.dokomodo:hosts[0].name must be a string; found 5",
    ]);
  });

  test("does not show a value that is marked secret", () => {
    const options: ShapeOptions = { isSecret: (path) => path[0] === "passphrases" };

    expect(shapeProblems("hosts: []\npassphrases: { east: 12345678 }", stack, options)).toEqual([
      "stack.yaml:2:22: passphrases.east must be a string; found a secret value",
    ]);
  });

  test("shortens a long value", () => {
    expect(shapeProblems(`hosts: ${"x".repeat(100)}`, stack)).toEqual([
      `stack.yaml:1:8: hosts must be a list; found "${"x".repeat(38)}…`,
    ]);
  });
});

describe("YamlSource", () => {
  test("knows where each key and value stands, in aliases too", () => {
    const source = sourceOf("a: &x { b: [1, 2] }\nc: *x\n");

    expect(source.position(["a", "b", 1])).toEqual({ file: "stack.yaml", line: 1, column: 16 });
    expect(source.position(["a", "b"], "key")).toEqual({ file: "stack.yaml", line: 1, column: 9 });
    expect(source.position(["c"])).toEqual({ file: "stack.yaml", line: 2, column: 4 });
    expect(source.position(["c", "b", 0])).toEqual({ file: "stack.yaml", line: 1, column: 13 });
    expect(source.position(["c", "no", "such"])).toEqual({ file: "stack.yaml", line: 2, column: 4 });
    expect(source.position([])).toEqual({ file: "stack.yaml", line: 1, column: 1 });
  });

  test("reads back any mapping that JSON can write", () => {
    const key = fc.string({ minLength: 1 }).filter((text) => text !== "__proto__");
    fc.assert(
      fc.property(fc.dictionary(key, fc.jsonValue(), { minKeys: 1, noNullPrototype: true }), (value) => {
        const text = JSON.stringify(value);

        expect(JSON.stringify(sourceOf(text).value)).toBe(text);
      }),
    );
  });

  test("never throws on any text, and returns a source or problems with positions", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."ab:- \n\t[]{}#&*!|>'\"%@,?0") }), (text) => {
        const { source, problems } = YamlSource.parse("stack.yaml", text);

        expect(source !== undefined || problems.length > 0).toBe(true);
        for (const { position } of problems) {
          expect(position?.line).toBeGreaterThan(0);
          expect(position?.column).toBeGreaterThan(0);
        }
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ["an alias without its anchor", "passphrase: *hunter2"],
    ["a broken quote", 'passphrase: "hunter2'],
    ["a tag", "passphrase: !hunter2 x"],
    ["text after a value", "passphrase: 'a' hunter2"],
  ])("does not quote a text that it cannot read: %s", (_, text) => {
    const { problems } = YamlSource.parse("stack.yaml", text);

    expect(problems.length).toBeGreaterThan(0);
    expect(formatProblems(problems)).not.toContain("hunter2");
  });
});

describe("formatProblems", () => {
  test("sorts problems by file and position, and counts them", () => {
    const at = (file: string, line: number, column: number) => ({
      message: `${file}${line}${column}`,
      position: { file, line, column },
    });

    expect(
      formatProblems([{ message: "no place" }, at("b", 1, 1), at("a", 10, 1), at("a", 2, 9), at("a", 2, 1)]),
    ).toBe("a:2:1: a21\na:2:9: a29\na:10:1: a101\nb:1:1: b11\nno place\n5 problems; nothing was deployed.");
    expect(formatProblems([{ message: "x" }])).toBe("x\n1 problem; nothing was deployed.");
  });

  test("makes the message of a ProblemsError", () => {
    expect(new ProblemsError([{ message: "x" }]).message).toBe("x\n1 problem; nothing was deployed.");
  });
});
