import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { symbols } from "./chainList";

export const PROJECT = join(__dirname, "..", "..");

/** What the stack of a bench has. */
export interface BenchStack {
  readonly notaries: readonly BenchNotary[];
  /** Number of chains of each notary. */
  readonly chains: number;
}

export interface BenchNotary {
  readonly name: string;
  /** Sockets of Docker Engines. Each is a host of this notary alone. The chains are spread over them evenly. */
  readonly sockets: readonly string[];
}

/** The development stack's config with these notaries and hosts, and without passphrases. */
export function stackConfig({ notaries, chains }: BenchStack): Record<string, unknown> {
  const { config } = parse(readFileSync(join(PROJECT, "Pulumi.dev.yaml"), "utf8"));
  const { "dokomodo:passphrases": _, ...rest } = config;
  return {
    ...rest,
    "dokomodo:hosts": notaries
      .flatMap(({ name, sockets }) => sockets.map((socket, index) => ({ name: hostOf(name, index), socket })))
      .map(({ name, socket }, index) => ({
        name,
        docker: `unix://${socket}`,
        address: `198.51.100.${index + 1}`,
        listen: "127.0.0.1",
      })),
    "dokomodo:notaries": notaries.map(({ name, sockets }) => ({
      name,
      host: hostOf(name, 0),
      chains: symbols(chains).map((symbol, index) => ({ [symbol]: hostOf(name, index % sockets.length) })),
    })),
    "dokomodo:iguana": { ...config["dokomodo:iguana"], elected: elected(notaries) },
  };
}

/** A passphrase for a bench's notary. It guards nothing, because each bench makes new notaries. */
export function passphrase(notary: string): string {
  return `the phrase of ${notary} in the bench`;
}

/** A stack's config as Pulumi hands it to the program. */
export function configValues(stack: BenchStack): Record<string, string> {
  const passphrases = Object.fromEntries(stack.notaries.map(({ name }) => [name, passphrase(name)]));
  const config = { ...stackConfig(stack), "dokomodo:passphrases": passphrases };
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      key,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}

function hostOf(notary: string, index: number): string {
  return `${notary}-host-${index + 1}`;
}

function elected(notaries: readonly BenchNotary[]): Record<string, unknown> {
  return {
    BTCminsigs: 1,
    minsigs: 1,
    seeds: Array.from({ length: 8 }, () => "127.0.0.1"),
    notaries: notaries.map(({ name }) => ({ [name]: "own" })),
  };
}
