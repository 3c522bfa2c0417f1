import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv, type ValidateFunction } from "ajv";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse, parseDocument } from "yaml";
import type { z } from "zod";
import { parameterShape } from "../../../chains/list/parameters";
import type { Path } from "../../../input/source";

const PROJECT = join(__dirname, "..", "..", "..");

/** As an editor has it: the committed schema, and a validator that refuses schemas with words that mean nothing. */
function validator(schema: string): ValidateFunction {
  const ajv = new Ajv({ allErrors: true, allowUnionTypes: true, validateFormats: false });
  ajv.addKeyword({ keyword: "patternErrorMessage", schemaType: "string" });
  return ajv.compile(JSON.parse(read(`docs/reference/${schema}`)));
}

function read(path: string): string {
  return readFileSync(join(PROJECT, path), "utf8");
}

/** `/config/dokomodo:rollOut/atOnce maximum` for each value that is marked, with the word of the schema that marks it. */
function marks(validate: ValidateFunction, text: string): string[] {
  validate(parse(text));
  return (validate.errors ?? []).map(({ instancePath, keyword, params }) =>
    keyword === "additionalProperties"
      ? `${instancePath}/${params["additionalProperty"]} unknown`
      : `${instancePath} ${keyword}`,
  );
}

/** A file's text with another value at a path. */
function changed(file: string, path: Path, value: unknown): string {
  const document = parseDocument(read(file));
  document.setIn(path, value);
  return document.toString();
}

describe("the schema of a stack's file", () => {
  const validate = validator("stack.schema.json");
  const cases: [string, Path, unknown, string[]][] = [
    ["an unknown key", ["dokomodo:host"], [], ["/dokomodo:host unknown"]],
    ["a key without a namespace", ["hosts"], [], ["/hosts unknown"]],
    [
      "an unknown key of a host",
      ["dokomodo:hosts", 0, "adress"],
      "192.0.2.1",
      ["/dokomodo:hosts/0/adress unknown"],
    ],
    [
      "an unknown key in a record",
      ["dokomodo:daemons", "komodod", "mem"],
      64,
      ["/dokomodo:daemons/komodod/mem unknown"],
    ],
    [
      "a number that is too large",
      ["dokomodo:rollOut"],
      { atOnce: 1001 },
      ["/dokomodo:rollOut/atOnce maximum"],
    ],
    [
      "a port as a text",
      ["dokomodo:notaries", 0, "linkPort"],
      "7443",
      ["/dokomodo:notaries/0/linkPort type"],
    ],
    ["another platform", ["dokomodo:platform"], "nomad", ["/dokomodo:platform enum"]],
    [
      "an address that is a name",
      ["dokomodo:hosts", 0, "address"],
      "alpha",
      ["/dokomodo:hosts/0/address pattern"],
    ],
    [
      "a passphrase in clear",
      ["dokomodo:passphrases", "east"],
      "phrase",
      ["/dokomodo:passphrases/east type"],
    ],
    [
      "a node without chains",
      ["dokomodo:nodes"],
      [{ name: "n", host: "local", chains: [] }],
      ["/dokomodo:nodes/0/chains minItems"],
    ],
    ["a key of Pulumi", ["pulumi:tags"], { a: "b" }, []],
    ["a key of another package", ["docker:registryAuth"], [1], []],
    ["what `pulumi config set dokomodo:development true` writes", ["dokomodo:development"], "true", []],
    ["another text for it", ["dokomodo:development"], "yes", ["/dokomodo:development enum"]],
  ];

  test("takes Pulumi.dev.yaml as it is", () => {
    expect(marks(validate, read("Pulumi.dev.yaml"))).toEqual([]);
  });

  test.each(cases)("looks at %s", (_, path, value, expected) => {
    const text = changed("Pulumi.dev.yaml", ["config", ...path], value);
    expect(marks(validate, text)).toEqual(expected.map((mark) => `/config${mark}`));
  });

  test("marks a file without a config", () => {
    expect(marks(validate, "encryptionsalt: v1")).toEqual([" required"]);
  });
});

describe("the schema of assetchains.yaml", () => {
  const validate = validator("chains.schema.json");
  const cases: [string, Path, unknown, string[]][] = [
    ["an unknown key", ["chain"], [], ["/chain unknown"]],
    ["a misspelt parameter", ["chains", 2, "ac_suply"], "1", ["/chains/2/ac_suply unknown"]],
    ["a flag that dokomodo sets", ["chains", 2, "rpcuser"], "me", ["/chains/2/rpcuser unknown"]],
    ["a supply that is no number", ["chains", 2, "ac_supply"], "lots", ["/chains/2/ac_supply pattern"]],
    [
      "a supply that is too large",
      ["chains", 2, "ac_supply"],
      90_000_000_001,
      ["/chains/2/ac_supply maximum"],
    ],
    ["too many eras", ["chains", 2, "ac_end"], "1,2,3,4,5,6,7,8", ["/chains/2/ac_end pattern"]],
    ["a script that YAML reads as a number", ["chains", 2, "ac_script"], 76, ["/chains/2/ac_script type"]],
    ["a frequency", ["chains", 2, "freq"], 1, ["/chains/2/freq minimum"]],
    ["an empty set", ["sets", "dev"], [], ["/sets/dev minItems"]],
  ];

  test("takes assetchains.yaml as it is", () => {
    expect(marks(validate, read("assetchains.yaml"))).toEqual([]);
  });

  test.each(cases)("marks %s", (_, path, value, expected) => {
    expect(marks(validate, changed("assetchains.yaml", path, value))).toEqual(expected);
  });

  const digits = fc.bigInt({ min: 0n, max: 2n ** 66n }).map(String);
  const value = fc.oneof(
    fc.integer({ min: -2 }),
    fc.double(),
    fc.constantFrom(Number.MAX_SAFE_INTEGER, 2 ** 53, 0, 1, 65534, 65535),
    digits,
    fc.array(digits, { maxLength: 8 }).map((list) => list.join(",")),
    fc.stringMatching(/^([0-9a-f]{2}){0,4}$/),
    fc.constantFrom(
      "02".repeat(33),
      "ab".repeat(32),
      "0.0001",
      "-1",
      "PUBKEY",
      "equihash",
      "a b",
      "",
      null,
      true,
    ),
    fc.array(fc.constantFrom("192.0.2.1", "node.example:80", "net", ""), { maxLength: 2 }),
  );

  test.each(Object.entries<z.ZodType>(parameterShape))(
    "takes all that dokomodo takes as %s",
    (name, schema) => {
      fc.assert(
        fc.property(value, (stated) => {
          fc.pre(schema.safeParse(stated).success);
          expect(validate({ chains: [{ [name]: stated }] }), JSON.stringify(stated)).toBe(true);
        }),
        { numRuns: 30, maxSkipsPerRun: 1000 },
      );
    },
  );
});
