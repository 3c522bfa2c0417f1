import { constants } from "node:fs";
import { access, open, stat } from "node:fs/promises";
import { delimiter, join, sep } from "node:path";
import { cacheDirectory } from "./cache";

/** The second line of a `pulumi` that set-up put on the path for a person begins with it. */
export const wrapperMark = "# Written by dokomodo's set-up";

/** The directories of `$PATH`, without those that set-up added. */
export function searchPath(env: NodeJS.ProcessEnv): string[] {
  const own = cacheDirectory(env) + sep;
  return (env["PATH"] ?? "")
    .split(delimiter)
    .filter((entry) => entry !== "" && !`${entry}${sep}`.startsWith(own));
}

/** The first program of that name on the path that is not set-up's own wrapper. */
export async function findOnPath(name: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  for (const entry of searchPath(env)) {
    const path = join(entry, name);
    if ((await isExecutable(path)) && !(await isWrapper(path))) return path;
  }
  return undefined;
}

export async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

export async function isWrapper(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(200), position: 0 });
    return buffer.toString("utf8", 0, bytesRead).includes(wrapperMark);
  } finally {
    await file.close();
  }
}
