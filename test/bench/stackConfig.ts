import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { symbols } from "./chainList";

export const PROJECT = join(__dirname, "..", "..");

/** What a bench's stack holds; as many notaries as host names, each on a host of its own. */
export interface BenchStack {
  readonly notaries: readonly string[];
  /** Chains of each notary. */
  readonly chains: number;
  /** Socket of the Docker Engine. */
  readonly socket: string;
}

/** The development stack's config with other notaries and hosts, without passphrases. */
export function stackConfig({ notaries, chains, socket }: BenchStack): Record<string, unknown> {
  const { config } = parse(readFileSync(join(PROJECT, "Pulumi.dev.yaml"), "utf8"));
  const { "dokomodo:passphrases": _, ...rest } = config;
  return {
    ...rest,
    "dokomodo:hosts": notaries.map((name) => ({
      name: hostOf(name),
      docker: `unix://${socket}`,
      address: "127.0.0.1",
      listen: "127.0.0.1",
    })),
    "dokomodo:notaries": notaries.map((name) => ({ name, host: hostOf(name), chains: symbols(chains) })),
    "dokomodo:iguana": { ...config["dokomodo:iguana"], elected: elected(notaries) },
  };
}

/** No real key's: every bench makes its notaries anew. */
export function passphrase(notary: string): string {
  return `the phrase of ${notary} in the bench`;
}

/** A stack's config as Pulumi hands it to the program. */
export function configValues(stack: BenchStack): Record<string, string> {
  const passphrases = Object.fromEntries(stack.notaries.map((name) => [name, passphrase(name)]));
  const config = { ...stackConfig(stack), "dokomodo:passphrases": passphrases };
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      key,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}

function hostOf(notary: string): string {
  return `host-of-${notary}`;
}

function elected(notaries: readonly string[]): Record<string, unknown> {
  return {
    BTCminsigs: 1,
    minsigs: 1,
    seeds: Array.from({ length: 8 }, () => "127.0.0.1"),
    notaries: notaries.map((name) => ({ [name]: "own" })),
  };
}
