import { z } from "zod";
import { allowed } from "../../input/wording";

/** A JSON Schema of the draft that editors of YAML know, draft-07. */
export type JsonSchema = z.core.JSONSchema.JSONSchema;

/** Values of a JSON type that a check of such values is likely to refuse. Its answer says what it allows. */
const REFUSED: Readonly<Record<string, readonly unknown[]>> = {
  string: ["", "\0 "],
  number: [-1, 1e15],
  integer: [-0.5, -1, 1e15],
  array: [[]],
};

/**
 * What a schema takes as input, in JSON Schema. Each value in it has one more key, `allowed`: what may stand there, in
 * the words of a problem's message ("a port from 1024 to 65535").
 * @throws where a schema has no equivalent in JSON Schema, and states none with `.meta()`
 */
export function wordedSchema(schema: z.ZodType): JsonSchema {
  const { $schema, ...json } = z.toJSONSchema(schema, {
    target: "draft-07",
    io: "input",
    // A key that exists only to be refused.
    unrepresentable: ({ zodSchema }) => (zodSchema instanceof z.ZodUndefined ? { not: {} } : "throw"),
    override: ({ zodSchema, jsonSchema }) => {
      const words = allowedWords(zodSchema, String(jsonSchema.type));
      if (words !== "") jsonSchema["allowed"] = words;
      removeRefused(jsonSchema);
    },
  });
  return json;
}

/** What a value itself may be; empty where it may be anything. */
function allowedWords(schema: z.core.$ZodType, type: string): string {
  const ofItsType = messages(schema, REFUSED[type] ?? []);
  return (ofItsType.length > 0 ? ofItsType : messages(schema, [null])).join(", ");
}

function messages(schema: z.core.$ZodType, values: readonly unknown[]): string[] {
  const issues = values.flatMap(
    (value) => z.safeParse(schema, value, { error: allowed }).error?.issues ?? [],
  );
  return [...new Set(issues.filter(({ path }) => path.length === 0).map(({ message }) => message))];
}

function removeRefused({ properties = {} }: JsonSchema): void {
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === "object" && value.not !== undefined) delete properties[name];
  }
}

/** What a value may be, and what the values in it may be; empty where it may be anything. */
export function allowedText(schema: JsonSchema): string {
  const words = String(schema["allowed"] ?? "");
  const inner = elements(schema);
  const each = inner === undefined ? "" : allowedText(inner);
  if (each === "") return words;
  return `${words}, each ${schema.type === "array" ? "" : "value "}${each}`;
}

/** What each element of a list, or each value of a mapping with any keys, has to be. */
export function elements({ type, items, additionalProperties }: JsonSchema): JsonSchema | undefined {
  const inner = type === "array" ? items : additionalProperties;
  return typeof inner === "object" && !Array.isArray(inner) ? inner : undefined;
}
