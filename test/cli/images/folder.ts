import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";

let path: string;

// Each test of a file that imports this module has its own folder.
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), "dokomodo-images-"));
});
afterEach(() => rmSync(path, { recursive: true }));

/** Absolute path of the test's folder. */
export function folder(): string {
  return path;
}

/** Writes a file into the test's folder and returns its path. */
export function write(name: string, text: string): string {
  const file = join(path, name);
  writeFileSync(file, text);
  return file;
}
