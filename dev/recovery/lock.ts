import { readdir, readFile, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { backendFiles } from "./backend";
import type { StackCommand } from "./repair";

const lock = z.object({ pid: z.int(), hostname: z.string() });

/**
 * Removes the locks of engines that were killed on this machine. A lock stays where its process lives, where it is of
 * another machine, and in a backend that is not a folder. Pulumi itself says what to do about such a lock.
 */
export async function removeDeadLocks(command: StackCommand, say: (line: string) => void): Promise<void> {
  const files = await backendFiles(command);
  if (files === undefined) return;
  const { locks } = files;
  for (const file of await readdir(locks).catch(() => [])) {
    // Each lock has a file of attributes beside it, named `….json.attrs`.
    if (!file.endsWith(".json")) continue;
    const path = join(locks, file);
    const { pid, hostname: machine } = lock.parse(JSON.parse(await readFile(path, "utf8")));
    if (machine !== hostname() || isAlive(pid)) continue;
    say(`Removing the stack's lock. Process ${pid}, which held it, is gone.`);
    await rm(path);
    await rm(`${path}.attrs`, { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
