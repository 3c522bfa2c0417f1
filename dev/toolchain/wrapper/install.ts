import { constants } from "node:fs";
import { access, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { bundle } from "../bundle";
import { cacheDirectory, exists } from "../cache";
import { isWrapper, searchPath, wrapperMark } from "../executables";
import { type CheckoutSettings, settingsFile } from "./settings";
import { quote } from "./shell";

/**
 * Makes `pulumi` work for a person who types it: puts a wrapper into the first directory of the path that belongs to
 * the user or to the machine. Never replaces a program that set-up did not write. Undefined when there is no place.
 */
export async function installWrapper(
  settings: CheckoutSettings,
  env: NodeJS.ProcessEnv,
): Promise<{ readonly path: string; readonly changed: boolean } | undefined> {
  const path = await findPlace(env);
  if (path === undefined) return undefined;
  const cache = cacheDirectory(env);
  const folder = join(cache, "checkouts");
  await mkdir(folder, { recursive: true });
  await writeAtomically(join(folder, settingsFile(settings.checkout)), JSON.stringify(settings), 0o644);
  const program = await bundle(MAIN, "pulumi-by-hand", cache, ["cli/stack.ts"]);
  const text = wrapperText(program, folder, settings.checkout);
  if ((await exists(path)) && (await readFile(path, "utf8")) === text) return { path, changed: false };
  await writeAtomically(path, text, 0o755);
  return { path, changed: true };
}

const MAIN = join("dev", "toolchain", "wrapper", "main.ts");

async function findPlace(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const onPath = searchPath(env);
  for (const directory of [join(env["HOME"] ?? "/", ".local", "bin"), "/usr/local/bin"]) {
    const path = join(directory, "pulumi");
    if (!onPath.includes(directory) || !(await isWritable(directory))) continue;
    if (!(await exists(path)) || (await isWrapper(path))) return path;
  }
  return undefined;
}

/**
 * The wrapper is shell so that it can become the engine: a signal then reaches the engine once, and no second process
 * stays. main.ts decides everything else and prints the lines that are evaluated here.
 */
export function wrapperText(program: string, folder: string, checkout: string): string {
  const gone = `pulumi: ${program} is gone. Run \`npm run up\` in ${checkout} again.`;
  return `#!/bin/sh
${wrapperMark}, for typing \`pulumi\` by hand. It may be deleted.
if [ ! -x ${quote(program)} ]; then
  echo ${quote(gone)} >&2
  exit 127
fi
lines=$(${quote(program)} ${quote(folder)} "$@") || exit
eval "$lines"
`;
}

/** A reader sees the old file or the new one, never a part of one. */
async function writeAtomically(path: string, text: string, mode: number): Promise<void> {
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, text, { mode });
  await rename(draft, path);
}

async function isWritable(directory: string): Promise<boolean> {
  return access(directory, constants.W_OK).then(
    () => true,
    () => false,
  );
}
