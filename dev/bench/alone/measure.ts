import { createRequire } from "node:module";
import { join } from "node:path";
import { z } from "zod";

const alone = z.object({
  containers: z.number(),
  resources: z.number(),
  /** Counted from the start of the process. */
  seconds: z.number(),
  /** KiB of resident memory. */
  peak: z.number(),
});
export type Alone = z.infer<typeof alone>;

/** Runs the program alone, in a process like the one that Pulumi would start, for about this many containers. */
export async function measureAlone(containers: number, stackTraces: boolean): Promise<Alone> {
  const { execa } = await import("execa");
  // Pulumi's runner loads this module, and it makes every stack trace expensive.
  const sourceMaps = createRequire(require.resolve("@pulumi/pulumi")).resolve("source-map-support/register");
  const { stdout } = await execa(
    process.execPath,
    [
      "--require",
      "@swc-node/register",
      "--require",
      sourceMaps,
      "--max-old-space-size=8192",
      join(__dirname, "program.ts"),
      String(containers),
    ],
    { env: stackTraces ? { DOKOMODO_DEBUG: "1" } : {} },
  );
  return alone.parse(JSON.parse(stdout));
}
