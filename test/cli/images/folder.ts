import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

let current: string | undefined;

/** Absolute path of the folder of the test that runs. Each has one of its own. */
export function folder(): string {
  if (current !== undefined) return current;
  const made = mkdtempSync(join(tmpdir(), "dokomodo-images-"));
  onTestFinished(() => {
    rmSync(made, { recursive: true });
    current = undefined;
  });
  current = made;
  return made;
}

/** Writes a file into the test's folder and returns its path. */
export function write(name: string, text: string): string {
  const file = join(folder(), name);
  writeFileSync(file, text);
  return file;
}
