import { expect } from "vitest";
import type { Stack } from "../../config/stack";
import { ALPHA, CONFIG, exchanged, load, messages } from "./stackFiles";

const SEEDS = `[${Array(8).fill("192.0.2.1").join(", ")}]`;
export const ELECTED = `elected: { BTCminsigs: 1, minsigs: 1, seeds: ${SEEDS}, notaries: [{ east: own }] }`;
export const IGUANA = "  dokomodo:iguana: { ";
export const NODE = "    - { name: alpha, address: 192.0.2.1 }\n";
export const SHORE =
  '    - { name: shore, platform: docker, docker: "ssh://ops@shore.example", address: 192.0.2.2 }\n';

/** The stack in a cluster, with what its settings say and with some of its lines exchanged. */
export function inCluster(settings = "{}", ...replacements: readonly [string, string][]): string {
  const platform = `  dokomodo:platform: kubernetes\n  dokomodo:kubernetes: ${settings}\n`;
  const base = exchanged(
    CONFIG,
    ["config:\n", `config:\n${platform}`],
    [ALPHA, NODE],
    [IGUANA, `${IGUANA}${ELECTED}, `],
  );
  return exchanged(base, ...replacements);
}

/** What is wrong with a config. */
export const told = (config: string, phrases?: Record<string, unknown>) => messages(load(config, phrases));

/** The stack of a config with which nothing is wrong. */
export function loaded(config: string, phrases?: Record<string, unknown>): Stack {
  const stack = load(config, phrases);
  expect(messages(stack)).toEqual([]);
  if (!stack.ok) throw new Error("the stack did not load");
  return stack.value;
}
