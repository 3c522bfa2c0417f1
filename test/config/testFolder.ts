import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/**
 * Returns what finds the folder of the test that runs. It is made when the test first asks for it, and removed when the test
 * ends. Files share this module, so it may keep nothing beyond a test.
 * @param fill writes what is in it at first
 */
export function testFolder(name: string, fill: (folder: string) => void = () => {}): () => string {
  let current: string | undefined;
  return () => {
    if (current !== undefined) return current;
    const made = mkdtempSync(join(tmpdir(), `dokomodo-${name}-`));
    onTestFinished(() => {
      rmSync(made, { recursive: true });
      current = undefined;
    });
    fill(made);
    current = made;
    return made;
  };
}
