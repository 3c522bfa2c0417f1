import { expect } from "vitest";
import type { Stack } from "../../config/stack";
import { ALPHA, CONFIG, exchanged, load, messages } from "./stackFiles";

const SEEDS = `[${Array(8).fill("192.0.2.1").join(", ")}]`;
export const ELECTED = `elected: { BTCminsigs: 1, minsigs: 1, seeds: ${SEEDS}, notaries: [{ east: own }] }`;
export const IGUANA = "  dokomodo:iguana: { ";
export const NODE = "    - { name: alpha, address: 192.0.2.1 }\n";
export const SHORE =
  '    - { name: shore, platform: docker, docker: "ssh://ops@shore.example", address: 192.0.2.2 }\n';

/** The config of the stack in a cluster, with these settings of the cluster and with some lines replaced. */
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

/** The problems of a config, each as a line. */
export const told = (config: string, phrases?: Record<string, unknown>) => messages(load(config, phrases));

/** The stack of a config, which must have no problems. */
export function loaded(config: string, phrases?: Record<string, unknown>): Stack {
  const stack = load(config, phrases);
  expect(messages(stack)).toEqual([]);
  if (!stack.ok) throw new Error("the stack did not load");
  return stack.value;
}
