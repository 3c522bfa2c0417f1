import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { Download } from "../../chains/daemons";

/**
 * A stack's config with what the testbed's daemons want of the development stack's: regtest, and the prefixes and memory
 * that go with it. What the config itself says of a daemon counts.
 * @param downloads what komodod needs before it starts; the testbed's files are small ones
 */
export function inRegtest(
  config: Readonly<Record<string, unknown>>,
  downloads: readonly Download[],
): Record<string, unknown> {
  const development = parse(readFileSync(join(__dirname, "../../Pulumi.dev.yaml"), "utf8")).config;
  const known = Object(development["dokomodo:daemons"]);
  const daemons = Object.entries<object>(Object(config["dokomodo:daemons"])).map(([daemon, stated]) => [
    daemon,
    { ...known[daemon], ...(daemon === "komodod" ? { downloads } : {}), ...stated },
  ]);
  return { ...config, "dokomodo:daemons": Object.fromEntries(daemons) };
}
