import { z } from "zod";
import { listShape } from "../../chains/list/chainList";
import { drillReport } from "../../cli/drill/report";
import { planShape } from "../../cli/preview/plan";
import { statusReport } from "../../cli/status/report";
import { networksShape } from "../../config/schema/network";
import { configSchema } from "../../config/schema/stack";
import { allowedText, type JsonSchema, wordedSchema } from "./wordedSchema";

/** All that a stack's config may say, with the words of what is allowed. */
export const stackConfig = wordedSchema(configSchema([]));

/** All that assetchains.yaml may say, with the words of what is allowed. */
export const chainList = wordedSchema(listShape);

/** All that a file of dPoW networks may say, with the words of what is allowed. */
export const networks = wordedSchema(networksShape);

const DRAFT = "http://json-schema.org/draft-07/schema#";

/** The JSON Schema of `Pulumi.<stack>.yaml`. What belongs to Pulumi itself, or to another namespace, may be anything. */
export function stackFileSchema(): JsonSchema {
  const config = forEditors(stackConfig);
  return {
    $schema: DRAFT,
    $comment: comment("config/schema and platforms"),
    type: "object",
    required: ["config"],
    properties: {
      config: {
        ...config,
        properties: mapped(config.properties ?? {}, orItsText),
        patternProperties: { "^(?!dokomodo:)[^:]+:": {} },
      },
    },
  };
}

/** The JSON Schema of assetchains.yaml. */
export function chainListSchema(): JsonSchema {
  return { $schema: DRAFT, $comment: comment("chains/list"), ...forEditors(chainList) };
}

/** The JSON Schema of a file of dPoW networks. */
export function networksSchema(): JsonSchema {
  return { $schema: DRAFT, $comment: comment("config/schema/network.ts"), ...forEditors(networks) };
}

/** The JSON Schema of what `dokomodo status --json` prints. */
export function statusSchema(): JsonSchema {
  return printed(statusReport, "cli/status/report.ts");
}

/** The JSON Schema of what `dokomodo preview --json` prints. */
export function planSchema(): JsonSchema {
  return printed(planShape, "cli/preview/plan.ts");
}

/** The JSON Schema of what `dokomodo drill --json` prints. */
export function drillSchema(): JsonSchema {
  return printed(drillReport, "cli/drill/report.ts");
}

/** The JSON Schema of what a command prints. */
function printed(shape: z.ZodType, file: string): JsonSchema {
  const { $schema, ...schema } = z.toJSONSchema(shape, { target: "draft-07" });
  return { $schema: DRAFT, $comment: comment(file), ...schema };
}

function comment(folders: string): string {
  return `Generated from ${folders} by \`npm run build:reference\`. Do not edit.`;
}

/** `pulumi config set KEY true` writes the text "true", which the program gets as true. */
function orItsText(schema: JsonSchema): JsonSchema {
  if (schema.type !== "boolean") return schema;
  const { type, ...rest } = schema;
  return { ...rest, enum: [true, false, "true", "false"] };
}

/**
 * What editors check and show. When the pointer is on a key they show its description alone, so that has all of it in.
 * `patternErrorMessage` is what they show for a text of another form, instead of the regular expression.
 */
function forEditors({ allowed, ...schema }: JsonSchema): JsonSchema {
  const { properties, items, additionalProperties, propertyNames, anyOf, pattern, description } = schema;
  const { default: usual } = schema;
  const words = allowedText({ ...schema, allowed });
  const told = [
    description,
    words === "" ? undefined : `Allowed: ${words}.`,
    usual === undefined || typeof usual === "object" ? undefined : `Default: ${usual}.`,
  ];
  return {
    ...schema,
    ...(properties === undefined ? {} : { properties: mapped(properties, forEditors) }),
    ...(typeof items !== "object" || Array.isArray(items) ? {} : { items: forEditors(items) }),
    ...(typeof additionalProperties !== "object"
      ? {}
      : { additionalProperties: forEditors(additionalProperties) }),
    ...(typeof propertyNames !== "object" ? {} : { propertyNames: forEditors(propertyNames) }),
    ...(anyOf === undefined ? {} : { anyOf: anyOf.map(forEditors) }),
    ...(description === undefined
      ? {}
      : { description: told.filter((part) => part !== undefined).join(" ") }),
    ...(pattern === undefined ? {} : { patternErrorMessage: `It must be ${words}.` }),
  };
}

function mapped(
  schemas: Readonly<Record<string, JsonSchema | boolean>>,
  change: (schema: JsonSchema) => JsonSchema,
): Record<string, JsonSchema | boolean> {
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [
      name,
      typeof schema === "boolean" ? schema : change(schema),
    ]),
  );
}
