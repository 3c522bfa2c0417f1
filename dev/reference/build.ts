import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { chainsPage } from "./chainsPage";
import { cliPage } from "./cliPage";
import { configPage } from "./configPage";
import { networksPage } from "./networksPage";
import {
  chainListSchema,
  drillSchema,
  networksSchema,
  planSchema,
  stackFileSchema,
  statusSchema,
} from "./schemas";
import type { JsonSchema } from "./wordedSchema";

const PROJECT = join(__dirname, "..", "..");

/** What makes each file of the reference, by the file's path in the project. */
export const REFERENCES: Readonly<Record<string, () => Promise<string>>> = {
  "docs/reference/config.md": async () => configPage(),
  "docs/reference/chains.md": async () => chainsPage(),
  "docs/reference/networks.md": async () => networksPage(),
  "docs/reference/cli.md": () => cliPage(),
  "docs/reference/stack.schema.json": () => formatted(stackFileSchema()),
  "docs/reference/chains.schema.json": () => formatted(chainListSchema()),
  "docs/reference/networks.schema.json": () => formatted(networksSchema()),
  "docs/reference/status.schema.json": () => formatted(statusSchema()),
  "docs/reference/drill.schema.json": () => formatted(drillSchema()),
  "docs/reference/plan.schema.json": () => formatted(planSchema()),
};

/** As Biome wants all JSON of the project. */
async function formatted(schema: JsonSchema): Promise<string> {
  const { execa } = await import("execa");
  const { stdout } = await execa("biome", ["format", "--stdin-file-path=schema.json"], {
    cwd: PROJECT,
    preferLocal: true,
    input: JSON.stringify(schema),
    stripFinalNewline: false,
  });
  return stdout;
}

async function main(): Promise<void> {
  for (const [path, text] of Object.entries(REFERENCES)) {
    const file = join(PROJECT, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, await text());
    process.stdout.write(`${path} is written.\n`);
  }
}

if (require.main === module) void main();
