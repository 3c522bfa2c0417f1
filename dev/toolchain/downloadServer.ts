import { mkdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Where Pulumi's CLI and its plugins are downloaded from. */
export const downloadServer = "https://get.pulumi.com";

/** Milliseconds after which set-up gives a download up and goes on without it. */
export const downloadPatience = 5 * 60_000;

const patience = 5_000;
const rememberedFor = 24 * 60 * 60 * 1000;

/**
 * Whether Pulumi's download server answers at all. A machine without a way to it would wait at every set-up, so a
 * failure is remembered for a day.
 */
export async function isDownloadServerReachable(cache: string, server = downloadServer): Promise<boolean> {
  const memory = join(cache, "download-server-unreachable");
  const asked = await stat(memory).then(
    (found) => found.mtimeMs,
    () => 0,
  );
  if (Date.now() - asked < rememberedFor) return false;
  try {
    await fetch(server, { method: "HEAD", signal: AbortSignal.timeout(patience) });
    return true;
  } catch {
    await mkdir(cache, { recursive: true });
    await writeFile(
      memory,
      `${server} did not answer within ${patience} ms. Set-up asks again a day later.\n`,
    );
    return false;
  }
}
