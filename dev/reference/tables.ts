import { isDeepStrictEqual } from "node:util";
import { stringify } from "yaml";
import { allowedText, elements, type JsonSchema } from "./wordedSchema";

/** The keys of a mapping. */
export interface Keys {
  readonly properties: Readonly<Record<string, JsonSchema>>;
  readonly required: readonly string[];
}

/** The keys that a mapping has, or each mapping in a list or under any key; undefined where there is no such mapping. */
export function keysOf(schema: JsonSchema): Keys | undefined {
  const { properties, required = [] } = schema;
  // A mapping that has words of its own, such as a secret, is told by them.
  if (properties !== undefined && schema["allowed"] === "a mapping") {
    return { properties: Object.fromEntries(Object.entries(properties).flatMap(onlyObjects)), required };
  }
  const inner = elements(schema);
  return inner === undefined ? undefined : keysOf(inner);
}

function onlyObjects([name, schema]: [string, JsonSchema | boolean]): [string, JsonSchema][] {
  return typeof schema === "object" ? [[name, schema]] : [];
}

/** The keys of the mappings that have a section of their own in the page, by the section's heading. */
export type Sections = ReadonlyMap<string, Keys>;

/**
 * A table of keys in Markdown, those that are required first. The keys of mappings in the mapping are in it, too, unless
 * a section has them.
 */
export function keyTable(keys: Keys, sections: Sections): string {
  return [
    "| key | meaning | allowed | default |",
    "| --- | --- | --- | --- |",
    ...rows(keys, sections, "").map((cells) => `| ${cells.map(cell).join(" | ")} |`),
  ].join("\n");
}

function rows({ properties, required }: Keys, sections: Sections, prefix: string): string[][] {
  const isRequired = (name: string) => required.includes(name);
  const entries = Object.entries(properties);
  const sorted = [
    ...entries.filter(([name]) => isRequired(name)),
    ...entries.filter(([name]) => !isRequired(name)),
  ];
  return sorted.flatMap(([name, schema]) => {
    const key = `${prefix}${name}`;
    const inner = keysOf(schema);
    const section = inner && [...sections].find(([, candidate]) => hasKeysOf(candidate, inner))?.[0];
    const allowed = section === undefined ? allowedText(schema) : `${allowedText(schema)}: ${link(section)}`;
    const usual = isRequired(name) ? "required" : defaultText(schema);
    const own = [`\`${key}\``, schema.description ?? "", allowed, usual];
    const isInline = inner !== undefined && section === undefined;
    return isInline ? [own, ...rows(inner, sections, `${key}.`)] : [own];
  });
}

function hasKeysOf(one: Keys, other: Keys): boolean {
  const told = ({ properties }: Keys) =>
    Object.entries(properties).map(([name, { description }]) => [name, description]);
  return isDeepStrictEqual(told(one), told(other));
}

/** A mapping with keys of its own has none: each of its keys has its own. */
function defaultText(schema: JsonSchema): string {
  const { default: usual } = schema;
  if (usual === undefined || schema.properties !== undefined) return "";
  return `\`${stringify(usual, { collectionStyle: "flow", lineWidth: 0 }).trim()}\``;
}

/** A link to a heading of the same page, with the anchor that GitHub gives it. */
function link(heading: string): string {
  return `[${heading}](#${heading
    .toLowerCase()
    .replaceAll(/[^a-z0-9 _-]/g, "")
    .replaceAll(" ", "-")})`;
}

function cell(text: string): string {
  return withLinks(text).replaceAll("|", "\\|");
}

/** The text of a description, whose paths of documents become links from docs/reference. */
export function withLinks(text: string): string {
  return text.replaceAll(/docs\/([a-z/]+\.md)/g, "[docs/$1](../$1)");
}
