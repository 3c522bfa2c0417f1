import { createHash } from "node:crypto";
import type { Download } from "../../chains/daemons";

const NAMES = ["sprout-groth16.params", "sapling-spend.params", "sapling-output.params"];
const BYTES = 307_200;

/** The parameter files of the testbed's komodod, by name (dev/standIns/images/komodod-regtest/parameters.go). */
export const PARAMETERS: ReadonlyMap<string, Buffer> = new Map(
  NAMES.map((name) => [name, Buffer.alloc(BYTES, `${name}\n`)]),
);

/** What a stack's config says of these files, if a server has them under this URL. */
export function parameterDownloads(url: string): Download[] {
  return [...PARAMETERS].map(([name, content]) => ({
    path: `.zcash-params/${name}`,
    sha256: createHash("sha256").update(content).digest("hex"),
    bytes: content.length,
    sources: [`${url}/${name}`],
  }));
}
