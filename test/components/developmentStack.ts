import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { type Loaded, loadStack } from "../../config/load";
import type { Stack } from "../../config/stack";
import { ProblemsError } from "../../input/problem";

const PROJECT = join(__dirname, "..", "..");

/** A published test vector: the development stack's secret is public. */
export const DEVELOPMENT_PASSPHRASE = "myverysecretandstrongpassphrase_noneabletobrute";

/** The config of the development stack as Pulumi would hand it to the program. */
export function developmentValues(): Record<string, string> {
  const { config } = parse(readFileSync(join(PROJECT, "Pulumi.dev.yaml"), "utf8"));
  const values = Object.entries<unknown>(config).map(([key, value]): [string, string] => [
    key,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  return {
    ...Object.fromEntries(values),
    "dokomodo:passphrases": JSON.stringify({ east: DEVELOPMENT_PASSPHRASE }),
  };
}

export function loadDevelopmentStack(values = developmentValues()): Loaded {
  return loadStack({ directory: PROJECT, stackName: "dev", values });
}

/** The stack that the config makes; throws with its problems where it makes none. */
export function developmentStack(values = developmentValues()): Stack {
  const loaded = loadDevelopmentStack(values);
  if (!loaded.ok) throw new ProblemsError(loaded.problems);
  return loaded.value;
}

/** The development stack with its platform changed, and what else is stated. */
export function onKubernetes(changes: Readonly<Record<string, unknown>> = {}): Stack {
  const texts = Object.entries(changes).map(([key, value]) => [key, JSON.stringify(value)]);
  return developmentStack({
    ...developmentValues(),
    "dokomodo:platform": "kubernetes",
    ...Object.fromEntries(texts),
  });
}
