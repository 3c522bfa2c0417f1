import { mkdir, mkdtemp, readdir, rename, rm, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, dirname, isAbsolute, join, resolve } from "node:path";

/**
 * Where set-up keeps what it builds or fetches: `$DOKOMODO_CACHE`, else `dokomodo` in the user's cache directory. It is
 * outside the checkout, so that neither `git clean` nor a second checkout makes set-up build again. A relative
 * `$XDG_CACHE_HOME` is ignored, as the XDG Base Directory Specification 0.8 asks.
 */
export function cacheDirectory(env: NodeJS.ProcessEnv = process.env): string {
  const own = env["DOKOMODO_CACHE"];
  if (own) return resolve(own);
  const xdg = env["XDG_CACHE_HOME"];
  return join(xdg && isAbsolute(xdg) ? xdg : join(env["HOME"] ?? homedir(), ".cache"), "dokomodo");
}

/**
 * Fills a directory once. `build` works in a directory beside `target`, which is then renamed to `target`, so nobody
 * sees half of it. When two processes build at the same time, the first result stays.
 */
export async function installOnce(
  target: string,
  build: (directory: string) => Promise<void>,
): Promise<string> {
  if (await exists(target)) return target;
  const parent = dirname(target);
  await mkdir(parent, { recursive: true });
  await removeAbandoned(parent);
  const staging = await mkdtemp(join(parent, `${stagingPrefix}${basename(target)}-`));
  try {
    await build(staging);
    await rename(staging, target).catch(async (error: unknown) => {
      if (!(await exists(target))) throw error;
    });
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
  return target;
}

export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

const stagingPrefix = ".building-";
const abandonedAfter = 24 * 60 * 60 * 1000;

/** Removes what a killed build left behind. */
async function removeAbandoned(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    if (!name.startsWith(stagingPrefix)) continue;
    const path = join(parent, name);
    const changed = await stat(path).then(
      (found) => found.mtimeMs,
      () => Date.now(),
    );
    if (Date.now() - changed > abandonedAfter) await rm(path, { recursive: true, force: true });
  }
}
