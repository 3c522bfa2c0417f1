import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { REFERENCES } from "../../../dev/reference/build";
import { chainList, networks, stackConfig } from "../../../dev/reference/schemas";
import type { JsonSchema } from "../../../dev/reference/wordedSchema";

const PROJECT = join(__dirname, "..", "..", "..");

test.each(Object.entries(REFERENCES))(
  "%s is what the schemas and commands give; else run `npm run build:reference`",
  async (path, text) => {
    expect(readFileSync(join(PROJECT, path), "utf8")).toBe(await text());
  },
);

test.each([
  ["the stack's config", stackConfig, 80],
  ["the list of chains", chainList, 80],
  ["a file of dPoW networks", networks, 10],
] as const)("every key of %s says what it means and what it may be", (_, schema, least) => {
  const keys = keysIn(schema, "");
  expect(keys.length).toBeGreaterThan(least);
  expect(keys.filter(({ key }) => key.description === undefined).map(({ path }) => path)).toEqual([]);
  expect(
    keys.filter(({ key }) => !/^[A-Z0-9`].*\.$/.test(key.description ?? "")).map(({ path }) => path),
  ).toEqual([]);
  expect(keys.filter(({ key }) => key["allowed"] === undefined).map(({ path }) => path)).toEqual([]);
});

interface Key {
  readonly path: string;
  readonly key: JsonSchema;
}

function keysIn(
  schema: JsonSchema | boolean | readonly (JsonSchema | boolean)[] | undefined,
  path: string,
): Key[] {
  if (typeof schema !== "object" || !("type" in schema)) return [];
  const own = Object.entries(schema.properties ?? {}).flatMap(([name, key]): Key[] =>
    typeof key === "object" ? [{ path: `${path}.${name}`, key }, ...keysIn(key, `${path}.${name}`)] : [],
  );
  return [...own, ...keysIn(schema.items, `${path}[]`), ...keysIn(schema.additionalProperties, `${path}.*`)];
}
